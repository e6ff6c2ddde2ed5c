package dev.countersign.attachment;

import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;

/// In which repository the signatures of an image lie.
public sealed interface Place {
  /// In the image's own.
  record BesideImage() implements Place {}

  /// In `repository`, whatever the image (cosign's `COSIGN_REPOSITORY`).
  record Elsewhere(Repository repository) implements Place {}

  /// The repository for the signatures of `image`.
  default Repository of(Digested image) {
    return switch (this) {
      case BesideImage beside -> image.repository();
      case Elsewhere elsewhere -> elsewhere.repository();
    };
  }
}
