package dev.countersign.tuf;

import dev.countersign.format.Bytes;
import java.io.IOException;
import java.util.Optional;

/// Where what was fetched is kept. What is read from it is verified like what is fetched.
public interface Cache {
  /// The file `name`, empty if there is none.
  Optional<Bytes> read(String name) throws IOException;

  /// Puts a file in its place as a whole.
  void write(String name, Bytes content) throws IOException;

  /// Removes a file that may be there.
  void remove(String name) throws IOException;
}
