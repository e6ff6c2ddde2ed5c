package dev.countersign.provider;

import dev.countersign.access.TextFile;
import dev.countersign.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;

/// What opens the records of decisions to those who do not ask from this machine.
sealed interface AdminToken {
  /// Nothing does.
  record None() implements AdminToken {}

  /// This text.
  record Bearer(String text) implements AdminToken {
    /// Takes the same time for each other text of the same length.
    boolean is(String shown) {
      return MessageDigest.isEqual(
          text.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return "Bearer[redacted]";
    }
  }

  /// The token in a file, without white space around it.
  ///
  /// @throws IOException if it cannot be read
  /// @throws FormatException if it holds fewer than 16 characters
  static AdminToken read(Path file) throws IOException, FormatException {
    var text = TextFile.read(file, 4_096).toUtf8().strip();
    if (text.length() < 16) {
      throw new FormatException(
          file + ": expected a token of at least 16 characters, got " + text.length());
    }
    return new Bearer(text);
  }
}
