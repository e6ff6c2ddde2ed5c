package dev.countersign.json;

import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;

/// Writes as Go's `encoding/json` does ([Marshal](https://pkg.go.dev/encoding/json#Marshal)), so
/// that our bytes are cosign's bytes.
final class JsonWriter {
  private final StringBuilder text = new StringBuilder();

  private JsonWriter() {}

  static String write(JsonValue value) {
    var writer = new JsonWriter();
    writer.value(value);
    return writer.text.toString();
  }

  private void value(JsonValue value) {
    switch (value) {
      case JsonObject object -> object(object);
      case JsonArray array -> array(array);
      case JsonString string -> string(string.text());
      case JsonNumber number -> text.append(number.text());
      case JsonBoolean bool -> text.append(bool.value());
      case JsonNull none -> text.append("null");
    }
  }

  private void object(JsonObject object) {
    var separator = "{";
    for (var member : object.members().entrySet()) {
      text.append(separator);
      string(member.getKey());
      text.append(':');
      value(member.getValue());
      separator = ",";
    }
    text.append(object.members().isEmpty() ? "{}" : "}");
  }

  private void array(JsonArray array) {
    var separator = "[";
    for (var item : array.items()) {
      text.append(separator);
      value(item);
      separator = ",";
    }
    text.append(array.items().isEmpty() ? "[]" : "]");
  }

  private void string(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      character(string.charAt(i));
    }
    text.append('"');
  }

  private void character(char c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\b' -> text.append("\\b");
      case '\f' -> text.append("\\f");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case '<', '>', '&', '\u2028', '\u2029' -> escaped(c);
      default -> {
        if (c < ' ') {
          escaped(c);
        } else {
          text.append(c);
        }
      }
    }
  }

  private void escaped(char c) {
    text.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      text.append(Character.forDigit(c >> shift & 0xf, 16));
    }
  }
}
