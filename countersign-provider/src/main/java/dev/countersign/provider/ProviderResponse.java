package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import java.util.HashSet;
import java.util.List;

/// What Gatekeeper is told, by [its
/// protocol](https://open-policy-agent.github.io/gatekeeper/website/docs/externaldata).
///
/// @param systemError what could not be answered and why; empty when everything was
record ProviderResponse(List<Item> items, String systemError) {
  /// @throws IllegalArgumentException for two items of one key: Gatekeeper would see both
  ProviderResponse {
    items = List.copyOf(items);
    var keys = new HashSet<String>();
    for (var item : items) {
      if (!keys.add(item.key())) {
        throw new IllegalArgumentException("two items for one key");
      }
    }
  }

  /// Nothing could be answered.
  ///
  /// @param cause not blank
  static ProviderResponse failure(String cause) {
    if (cause.isBlank()) {
      throw new IllegalArgumentException("a failure needs a cause");
    }
    return new ProviderResponse(List.of(), cause);
  }

  /// The JSON text. `idempotent` is always true: Gatekeeper's mutation demands it.
  Bytes toBytes() {
    var answers = items.stream().<JsonValue>map(Item::toJson).toList();
    var response =
        JsonObject.empty()
            .with("idempotent", new JsonBoolean(true))
            .with("items", new JsonArray(answers))
            .with("systemError", systemError);
    return JsonObject.empty()
        .with("apiVersion", "externaldata.gatekeeper.sh/v1beta1")
        .with("kind", "ProviderResponse")
        .with("response", response)
        .toBytes();
  }
}
