package dev.countersign.policy;

import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.VerificationResult.Verified;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The answer about one image: yes, no, or that nobody can say now.
public sealed interface Decision {
  /// It is proven.
  ///
  /// @param image what was proven; run this and nothing else
  /// @param proofs at least one, in the order of the registry
  /// @param index the index that was signed, where the image counts as one of it
  record Allowed(Digested image, List<Verified> proofs, Optional<Digested> index)
      implements Decision {
    public Allowed {
      proofs = List.copyOf(proofs);
      if (proofs.isEmpty()) {
        throw new IllegalArgumentException("an image is not allowed without a proof");
      }
    }

    /// An image that was signed itself.
    public Allowed(Digested image, List<Verified> proofs) {
      this(image, proofs, Optional.empty());
    }
  }

  /// It is not proven, and asking again will not change that.
  record Denied(Denial denial) implements Decision {}

  /// The world failed before the answer was known; never a yes.
  ///
  /// @param cause one line
  record Undetermined(String cause) implements Decision {}

  /// Decides about `image`. Signatures that prove it decide whatever else went wrong; without them
  /// a fault decides before any other gap, and a gap before "no signature".
  static Decision decide(Digested image, Evidence evidence, Requirement requirement, Instant now) {
    var results = requirement.verify(image.digest(), evidence, now);
    var proofs = only(Verified.class, results);
    if (proofs.stream().map(Verified::authority).distinct().count() >= requirement.atLeast()) {
      return new Allowed(image, proofs);
    }
    return evidence.gaps().isEmpty()
        ? new Denied(Denial.of(image, evidence, requirement, results))
        : ofGaps(evidence.gaps());
  }

  /// The word of failed look-ups, at least one: a fault decides before any other.
  static Decision ofGaps(List<Gap> gaps) {
    return ofGap(
        gaps.stream().filter(Gap.Fault.class::isInstance).findFirst().orElseGet(gaps::getFirst));
  }

  /// The word of one failed look-up when nothing else proved the image.
  static Decision ofGap(Gap gap) {
    return switch (gap) {
      case Gap.Fault fault -> new Undetermined(fault.text());
      case Gap.Limit limit -> new Denied(new Denial.LimitReached(limit.text()));
      case Gap.Unreadable unreadable -> new Denied(new Denial.Unreadable(unreadable.text()));
      case Gap.AddressNotAllowed address ->
          new Denied(new Denial.AddressNotAllowed(address.text()));
    };
  }

  private static <T> List<T> only(Class<T> kind, List<VerificationResult> results) {
    return results.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
