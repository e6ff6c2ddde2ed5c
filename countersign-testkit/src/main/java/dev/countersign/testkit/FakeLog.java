package dev.countersign.testkit;

import java.net.URI;
import java.util.Map;

/// A transparency log, of either version of Rekor.
public interface FakeLog extends AutoCloseable {
  /// What can be wrong with the answer to an entry.
  enum Lie {
    /// Nothing.
    NONE,
    /// It proves that an entry of another signature is in the log.
    OTHER_ENTRY,
    /// The hashes lead elsewhere.
    WRONG_PROOF,
    /// Another key signed the answer.
    OTHER_KEY
  }

  LoopbackService service();

  /// Its address, without a slash at the end.
  default URI url() {
    return service().url();
  }

  /// Lies once, with the next answer.
  void lieNext(Lie next);

  /// How many entries it holds.
  int size();

  /// The version of its API.
  int version();

  /// As a trusted root names it.
  Map<String, Object> toTrusted();

  @Override
  default void close() {
    service().close();
  }
}
