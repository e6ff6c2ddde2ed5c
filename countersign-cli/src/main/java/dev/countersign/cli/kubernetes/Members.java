package dev.countersign.cli.kubernetes;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;

/// Members of objects that others wrote: one of another type counts as none.
final class Members {
  private Members() {}

  static Optional<String> text(JsonObject object, String name) {
    return object.find(name).map(value -> value instanceof JsonString(var text) ? text : null);
  }

  static Optional<Boolean> truth(JsonObject object, String name) {
    return object.find(name).map(value -> value instanceof JsonBoolean(var truth) ? truth : null);
  }

  /// A number that is not negative, with its point if it has one.
  static Optional<Double> number(JsonObject object, String name) {
    return object
        .find(name)
        .map(value -> value instanceof JsonNumber(var text) ? Double.valueOf(text) : null);
  }

  static Optional<JsonObject> object(JsonObject object, String name) {
    return object.find(name).map(value -> value instanceof JsonObject inner ? inner : null);
  }

  static List<JsonValue> list(JsonObject object, String name) {
    return object.find(name).orElse(null) instanceof JsonArray(var items) ? items : List.of();
  }

  static List<JsonObject> objects(JsonObject object, String name) {
    return list(object, name).stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  static List<String> texts(JsonObject object, String name) {
    return list(object, name).stream()
        .filter(JsonString.class::isInstance)
        .map(value -> ((JsonString) value).text())
        .toList();
  }
}
