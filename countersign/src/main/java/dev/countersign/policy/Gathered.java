package dev.countersign.policy;

import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import java.time.Instant;

/// What registries told about one image, on which a decision can be made at any time, by any
/// requirement; never a verdict.
public sealed interface Gathered {
  /// The image, and what lies beside it.
  record Found(Digested image, Evidence evidence) implements Gathered {}

  /// The registry has no such tag or repository.
  record Absent(ImageReference image) implements Gathered {}

  /// Not even the image could be seen.
  record Failed(Gap gap) implements Gathered {}

  /// The decision about the image by `requirement`.
  default Decision decide(Requirement requirement, Instant now) {
    return switch (this) {
      case Found found -> Decision.decide(found.image(), found.evidence(), requirement, now);
      case Absent absent -> new Decision.Denied(new Denial.ImageAbsent(absent.image()));
      case Failed failed -> Decision.ofGap(failed.gap());
    };
  }
}
