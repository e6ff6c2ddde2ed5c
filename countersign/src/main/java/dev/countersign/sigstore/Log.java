package dev.countersign.sigstore;

import dev.countersign.format.FormatException;
import dev.countersign.registry.Deadline;
import dev.countersign.transparency.LogEntry;
import java.io.IOException;

/// A transparency log that records signatures.
public sealed interface Log permits Rekor, TiledRekor {
  String url();

  /// Has the log record a signature.
  ///
  /// What comes back is about this signature, by this key or certificate, of these bytes, with
  /// hashes that lead to a root; who signed that root is another step's work.
  ///
  /// @throws FormatException if what comes back is anything else, or the log takes no such
  ///   signature
  /// @throws IOException if the log refuses or cannot be asked
  LogEntry record(Proposal proposal, Deadline deadline) throws FormatException, IOException;
}
