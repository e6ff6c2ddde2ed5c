package dev.countersign.cli;

/// The exit codes, which scripts rely on; the first four are cosign's.
final class ExitCode {
  static final int DONE = 0;

  /// Usage, an unreachable registry, an answer that nobody can give now, a refusal.
  static final int FAILED = 1;

  static final int NO_SIGNATURE = 10;

  /// The registry has no such tag or repository.
  static final int ABSENT = 11;

  /// There are signatures, and none proves the image.
  static final int NONE_PROVES = 12;

  private ExitCode() {}
}
