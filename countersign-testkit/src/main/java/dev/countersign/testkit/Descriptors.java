package dev.countersign.testkit;

import java.util.LinkedHashMap;
import java.util.Map;

/// Descriptors as JSON objects, their members in the usual order.
final class Descriptors {
  private Descriptors() {}

  static Map<String, Object> of(String mediaType, byte[] content) {
    return ordered(
        "mediaType", mediaType, "digest", ContentDigest.sha256(content), "size", content.length);
  }

  /// An object whose members are these names and values, in this order.
  static Map<String, Object> ordered(Object... namesAndValues) {
    var object = new LinkedHashMap<String, Object>();
    for (var i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }
}
