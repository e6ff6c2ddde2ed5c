package dev.countersign.provider;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;

/// What is said about one key. A key about which nothing is known now has no item.
sealed interface Item {
  /// The key as asked, character for character: Gatekeeper keeps the answer under it.
  String key();

  /// Gatekeeper's JSON.
  JsonObject toJson();

  /// A yes, or the wanted text.
  record Answer(String key, JsonValue value) implements Item {
    @Override
    public JsonObject toJson() {
      return JsonObject.empty().with("key", key).with("value", value);
    }
  }

  /// A lasting no, which Gatekeeper keeps for minutes.
  ///
  /// @param error never blank: Gatekeeper takes an item with an empty error for a success
  record Failure(String key, String error) implements Item {
    public Failure {
      if (error.isBlank()) {
        throw new IllegalArgumentException("a blank error would be taken for a success");
      }
    }

    @Override
    public JsonObject toJson() {
      return JsonObject.empty().with("key", key).with("error", error);
    }
  }
}
