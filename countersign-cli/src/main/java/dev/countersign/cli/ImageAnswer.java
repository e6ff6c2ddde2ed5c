package dev.countersign.cli;

/// What is known about an image of a manifest, each in one line.
sealed interface ImageAnswer {
  /// The exit code that it asks for.
  int exitCode();

  /// What people read.
  String text();

  /// The image is as it must be.
  ///
  /// @param text what was verified, or why nothing had to be
  record Good(String text) implements ImageAnswer {
    @Override
    public int exitCode() {
      return ExitCode.DONE;
    }
  }

  /// A lasting no.
  record Denied(String text, int exitCode) implements ImageAnswer {}

  /// Nobody can say now.
  record Unknown(String text) implements ImageAnswer {
    @Override
    public int exitCode() {
      return ExitCode.FAILED;
    }
  }
}
