package dev.countersign.format;

/// Text or bytes from outside are not what they must be.
///
/// The message is one line of the form *expected X, got Y*; control characters are escaped and long
/// input is cut, so that it can be logged and shown as it is.
public final class FormatException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int MAX_CHARACTERS = 400;

  /// `problem` says what was expected and what came; it must hold no secret.
  public FormatException(String problem) {
    super(OneLine.of(problem, MAX_CHARACTERS));
  }

  /// As above, with the failure of a parser below; the cause's own text is not repeated.
  public FormatException(String problem, Throwable cause) {
    super(OneLine.of(problem, MAX_CHARACTERS), cause);
  }

  /// What was expected and what came.
  public String problem() {
    return String.valueOf(getMessage());
  }
}
