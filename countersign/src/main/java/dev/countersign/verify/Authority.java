package dev.countersign.verify;

import dev.countersign.key.PublicKey;

/// One whose signature counts.
public sealed interface Authority {
  /// How people call it: a name in a policy, or the key's file.
  String name();

  /// The holder of the private half of a key.
  record Key(String name, PublicKey key) implements Authority {}
}
