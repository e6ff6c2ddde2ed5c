package dev.countersign.provider;

import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.verify.Authority;

/// An authority as it is told to people.
///
/// @param key the whole fingerprint
record Wanted(String name, String key) {
  private static final int BRIEF = "SHA256:".length() + 4;

  static Wanted of(Authority authority) {
    return switch (authority) {
      case Authority.Key(var name, var key, _) -> new Wanted(OneLine.of(name), key.fingerprint());
    };
  }

  /// Name and the beginning of the key.
  String text() {
    return name + ' ' + brief(key);
  }

  /// The beginning of a fingerprint: enough to tell two keys apart by eye, and no proof.
  static String brief(String fingerprint) {
    return fingerprint.substring(0, Math.min(BRIEF, fingerprint.length())) + '…';
  }

  JsonObject toJson() {
    return JsonObject.empty().with("authority", name).with("key", key);
  }
}
