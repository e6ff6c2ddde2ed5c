package dev.countersign.cli;

import dev.countersign.oci.ImageReference;

/// Says that the registry has no such image.
final class Absence {
  private Absence() {}

  /// In words that callers of cosign look for.
  static Failure of(ImageReference image) {
    return new Failure("image tag not found: MANIFEST_UNKNOWN: the registry has no " + image)
        .withExitCode(ExitCode.ABSENT);
  }
}
