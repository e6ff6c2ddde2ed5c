package dev.countersign.provider;

/// One path of the provider: how a key becomes an item.
sealed interface Endpoint permits ValidateEndpoint, VerifyEndpoint, MutateEndpoint {
  /// Where it is asked.
  String path();

  /// Begins to find out about `key`; does not wait.
  Pending<Reply> begin(String key);
}
