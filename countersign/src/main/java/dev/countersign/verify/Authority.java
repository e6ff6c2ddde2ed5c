package dev.countersign.verify;

import dev.countersign.key.PublicKey;
import dev.countersign.trust.Validity;

/// One whose signature counts.
public sealed interface Authority {
  /// How people call it: a name in a policy, or the key's file.
  String name();

  /// When its word counts.
  Validity validity();

  /// The holder of the private half of a key.
  record Key(String name, PublicKey key, Validity validity) implements Authority {
    /// One whose word always counts.
    public Key(String name, PublicKey key) {
      this(name, key, Validity.ALWAYS);
    }
  }
}
