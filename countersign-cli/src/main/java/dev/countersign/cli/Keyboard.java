package dev.countersign.cli;

import java.io.IOException;

/// What stands at the other end of standard input.
interface Keyboard {
  /// What there is. Asked only when it matters.
  Source source();

  /// What a person types after `prompt`, unseen; the caller wipes it.
  ///
  /// @throws IOException if there is no person, or the input ends
  char[] readSecret(String prompt) throws IOException;

  /// The kinds of standard input.
  enum Source {
    /// A terminal.
    PERSON,
    /// A pipe or a file.
    STREAM,
    /// A device that is no terminal, as `/dev/null`.
    NOBODY
  }
}
