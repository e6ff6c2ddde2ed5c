package dev.countersign.json;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.List;

/// A JSON value ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)).
public sealed interface JsonValue
    permits JsonObject,
        JsonValue.JsonArray,
        JsonValue.JsonString,
        JsonValue.JsonNumber,
        JsonValue.JsonBoolean,
        JsonValue.JsonNull {
  /// The deepest nesting that is read.
  int MAX_DEPTH = 32;

  /// The one value that `text` holds, read strictly: UTF-8 without byte order mark, no duplicate
  /// names, no lone surrogates, nothing after the value, at most [#MAX_DEPTH] deep.
  ///
  /// @throws FormatException if `text` is anything else
  static JsonValue parse(Bytes text) throws FormatException {
    return JsonReader.read(text.toUtf8());
  }

  /// As [#parse], for a text that must hold an object.
  static JsonObject parseObject(Bytes text) throws FormatException {
    return parse(text).asObject("a JSON object");
  }

  /// The compact text that Go's `encoding/json` writes for this value, `<`, `>` and `&` escaped.
  default Bytes toBytes() {
    return Bytes.utf8(JsonWriter.write(this));
  }

  /// This value if it is an object.
  ///
  /// @throws FormatException otherwise, saying that `what` was expected
  default JsonObject asObject(String what) throws FormatException {
    if (this instanceof JsonObject object) {
      return object;
    }
    throw unexpected(what);
  }

  /// This value's text if it is a string.
  ///
  /// @throws FormatException otherwise, saying that `what` was expected
  default String asString(String what) throws FormatException {
    if (this instanceof JsonString string) {
      return string.text();
    }
    throw unexpected(what);
  }

  /// This value's items if it is an array.
  ///
  /// @throws FormatException otherwise, saying that `what` was expected
  default List<JsonValue> asArray(String what) throws FormatException {
    if (this instanceof JsonArray array) {
      return array.items();
    }
    throw unexpected(what);
  }

  /// This value if it is a whole number that a `long` can hold, written without point or exponent.
  ///
  /// @throws FormatException otherwise, saying that `what` was expected
  default long asLong(String what) throws FormatException {
    if (this instanceof JsonNumber number) {
      try {
        return Long.parseLong(number.text());
      } catch (NumberFormatException e) {
        throw new FormatException("expected " + what + ", got " + number.text(), e);
      }
    }
    throw unexpected(what);
  }

  private FormatException unexpected(String what) {
    return new FormatException("expected " + what + ", got " + kind());
  }

  private String kind() {
    return switch (this) {
      case JsonObject o -> "an object";
      case JsonArray a -> "an array";
      case JsonString s -> "a string";
      case JsonNumber n -> "a number";
      case JsonBoolean b -> "a boolean";
      case JsonNull n -> "null";
    };
  }

  /// Items in order.
  record JsonArray(List<JsonValue> items) implements JsonValue {
    public JsonArray {
      items = List.copyOf(items);
    }
  }

  /// Text without lone surrogates.
  record JsonString(String text) implements JsonValue {}

  /// A number as it was written.
  record JsonNumber(String text) implements JsonValue {
    /// The number `value`.
    public static JsonNumber of(long value) {
      return new JsonNumber(Long.toString(value));
    }
  }

  /// `true` or `false`.
  record JsonBoolean(boolean value) implements JsonValue {}

  /// `null`.
  record JsonNull() implements JsonValue {}
}
