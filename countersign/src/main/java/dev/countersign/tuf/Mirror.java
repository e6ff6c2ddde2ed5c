package dev.countersign.tuf;

import dev.countersign.format.Bytes;
import java.io.IOException;
import java.util.Optional;

/// Where the files of a repository are fetched; it may lie.
public interface Mirror {
  /// The file at `path`, empty if there is none.
  ///
  /// @throws IOException if it cannot be fetched, or is longer than `limitBytes`
  Optional<Bytes> fetch(String path, int limitBytes) throws IOException;
}
