package dev.countersign.cli;

import java.util.Optional;

/// Why a command ends without having done its work: one line for people, and an exit code.
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final String hint;

  private Failure(int exitCode, String problem, String hint) {
    super(problem);
    this.exitCode = exitCode;
    this.hint = hint;
  }

  /// A failure with [ExitCode#FAILED].
  Failure(String problem) {
    this(ExitCode.FAILED, problem, "");
  }

  /// The same with another exit code.
  Failure withExitCode(int newExitCode) {
    return new Failure(newExitCode, problem(), hint);
  }

  /// The same with advice: what to do next, in one line.
  Failure withHint(String newHint) {
    return new Failure(exitCode, problem(), newHint);
  }

  int exitCode() {
    return exitCode;
  }

  String problem() {
    return String.valueOf(getMessage());
  }

  Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }
}
