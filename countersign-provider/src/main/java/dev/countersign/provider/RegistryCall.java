package dev.countersign.provider;

import dev.countersign.json.JsonObject;

/// One question to a registry, retries included, and how it ended.
///
/// @param what was asked for, in one line
/// @param result `found`, `absent`, or what failed, in one line
record RegistryCall(String what, String result, long milliseconds) {
  /// The most that are written down of one look.
  static final int MAX = 24;

  JsonObject toJson() {
    return JsonObject.empty()
        .with("what", what)
        .with("result", result)
        .with("milliseconds", milliseconds);
  }
}
