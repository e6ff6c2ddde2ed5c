package dev.countersign.provider;

import dev.countersign.format.FormatException;
import java.io.IOException;

/// Where policies come from; asked again and again while a server runs.
@FunctionalInterface
public interface PolicySource {
  /// The policies as they are written now, keys read.
  ///
  /// @throws IOException in one line: if a file cannot be read
  /// @throws FormatException in one line: if a file holds something else than it should
  Policies load() throws IOException, FormatException;
}
