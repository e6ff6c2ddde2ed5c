package dev.countersign.provider;

import java.util.Optional;

/// What a path makes of one key.
///
/// @param item what Gatekeeper is told; empty if nobody can say now
record Reply(DecisionRecord decision, Optional<Item> item) {
  /// A reply with an item.
  static Reply of(DecisionRecord decision, Item item) {
    return new Reply(decision, Optional.of(item));
  }

  /// A reply without: its reason goes into the system error.
  static Reply none(DecisionRecord decision) {
    return new Reply(decision, Optional.empty());
  }
}
