package dev.countersign.policy;

import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.verify.Claims;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What registries told about one image, on which a decision can be made at any time, by any
/// requirement; never a verdict.
public sealed interface Gathered {
  /// The image, and what lies beside it.
  ///
  /// @param attestations none where nobody asked for them
  /// @param index what was found of the index that the image is one of; empty where nobody asked
  record Found(Digested image, Evidence signatures, Evidence attestations, Optional<Gathered> index)
      implements Gathered {
    /// An image and its signatures.
    public Found(Digested image, Evidence signatures) {
      this(image, signatures, Evidence.NONE, Optional.empty());
    }

    /// The same, and what was found of its index.
    public Found withIndex(Gathered found) {
      return new Found(image, signatures, attestations, Optional.of(found));
    }

    /// What could not be seen.
    public List<Gap> gaps() {
      return Stream.concat(signatures.gaps().stream(), attestations.gaps().stream()).toList();
    }

    private Evidence evidence(Claims claims) {
      return switch (claims) {
        case Claims.Required required -> signatures;
        case Claims.InsecureUnchecked unchecked -> signatures;
        case Claims.Attestation attestation -> attestations;
        case Claims.InsecureAttestation attestation -> attestations;
      };
    }
  }

  /// The registry has no such tag or repository.
  record Absent(ImageReference image) implements Gathered {}

  /// Not even the image could be seen.
  record Failed(Gap gap) implements Gathered {}

  /// The decision about the image by `requirement` alone.
  default Decision decide(Requirement requirement, Instant now) {
    return switch (this) {
      case Found found ->
          Decision.decide(found.image(), found.evidence(requirement.claims()), requirement, now);
      case Absent absent -> new Decision.Denied(new Denial.ImageAbsent(absent.image()));
      case Failed failed -> Decision.ofGap(failed.gap());
    };
  }
}
