package dev.countersign.tuf;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.Iterator;
import java.util.TreeMap;

/// The one spelling of a JSON value that is signed ([canonical
/// JSON](http://wiki.laptop.org/go/Canonical_JSON)): no spaces, names in order, whole numbers only.
final class CanonicalJson {
  private final StringBuilder text = new StringBuilder();

  private CanonicalJson() {}

  /// @throws FormatException if there is a number that is not whole
  static Bytes of(JsonValue value) throws FormatException {
    var writer = new CanonicalJson();
    writer.write(value);
    return Bytes.utf8(writer.text.toString());
  }

  private void write(JsonValue value) throws FormatException {
    switch (value) {
      case JsonObject object -> writeObject(object);
      case JsonValue.JsonArray array -> writeArray(array.items().iterator());
      case JsonValue.JsonString string -> writeString(string.text());
      case JsonValue.JsonNumber number -> text.append(number.asLong("a whole number"));
      case JsonValue.JsonBoolean truth -> text.append(truth.value());
      case JsonValue.JsonNull none -> text.append("null");
    }
  }

  private void writeObject(JsonObject object) throws FormatException {
    char separator = '{';
    for (var member : new TreeMap<>(object.members()).entrySet()) {
      text.append(separator);
      separator = ',';
      writeString(member.getKey());
      text.append(':');
      write(member.getValue());
    }
    text.append(separator == '{' ? "{}" : "}");
  }

  private void writeArray(Iterator<JsonValue> items) throws FormatException {
    text.append('[');
    while (items.hasNext()) {
      write(items.next());
      if (items.hasNext()) {
        text.append(',');
      }
    }
    text.append(']');
  }

  /// Nothing but the quote and the backslash is escaped.
  private void writeString(String string) {
    text.append('"').append(string.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
  }
}
