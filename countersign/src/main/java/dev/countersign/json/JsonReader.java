package dev.countersign.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonToken;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Gson's tokens made into values; what Gson does not refuse is refused here.
///
/// Gson 2.13 refuses a number whose first digits are a multiple of 2⁶⁴, such as
/// 92233720368547758080 and more digits, taking it for one with a leading zero. No format that is
/// read here has such numbers.
final class JsonReader {
  static final int MAX_NAME = 4_096;
  static final int MAX_NUMBER = 64;

  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final com.google.gson.stream.JsonReader tokens;

  private JsonReader(String text) {
    tokens = new com.google.gson.stream.JsonReader(new StringReader(text));
    tokens.setStrictness(Strictness.STRICT);
    tokens.setNestingLimit(JsonValue.MAX_DEPTH);
  }

  static JsonValue read(String text) throws FormatException {
    if (text.indexOf(BYTE_ORDER_MARK) == 0) {
      throw new FormatException("expected JSON, got: a byte order mark");
    }
    try {
      return new JsonReader(text).whole();
    } catch (IOException e) {
      throw new FormatException("expected JSON, got: " + problem(e), e);
    }
  }

  /// Gson's message without its advice to be lenient and without names of the input's.
  private static String problem(IOException fault) {
    return String.valueOf(fault.getMessage())
        .replaceFirst("^Use JsonReader\\S+ to accept malformed JSON", "other text")
        .replaceFirst("(?s)( path |\\R).*", "");
  }

  private JsonValue whole() throws IOException, FormatException {
    var value = value();
    if (tokens.peek() != JsonToken.END_DOCUMENT) {
      throw new FormatException("expected the end of the JSON text, got more");
    }
    return value;
  }

  private JsonValue value() throws IOException, FormatException {
    return switch (tokens.peek()) {
      case BEGIN_OBJECT -> object();
      case BEGIN_ARRAY -> array();
      case STRING -> new JsonString(wellFormed(tokens.nextString()));
      case NUMBER -> new JsonNumber(within(MAX_NUMBER, "a number", tokens.nextString()));
      case BOOLEAN -> new JsonBoolean(tokens.nextBoolean());
      case NULL -> {
        tokens.nextNull();
        yield new JsonNull();
      }
      case NAME, END_OBJECT, END_ARRAY, END_DOCUMENT ->
          throw new FormatException("expected a JSON value, got " + tokens.peek());
    };
  }

  private JsonObject object() throws IOException, FormatException {
    var members = new LinkedHashMap<String, JsonValue>();
    tokens.beginObject();
    while (tokens.hasNext()) {
      var name = within(MAX_NAME, "a name", wellFormed(tokens.nextName()));
      if (members.put(name, value()) != null) {
        throw new FormatException("expected JSON, got: two members of one name");
      }
    }
    tokens.endObject();
    return new JsonObject(members);
  }

  private JsonArray array() throws IOException, FormatException {
    var items = new ArrayList<JsonValue>();
    tokens.beginArray();
    while (tokens.hasNext()) {
      items.add(value());
    }
    tokens.endArray();
    return new JsonArray(items);
  }

  private static String within(int limit, String what, String text) throws FormatException {
    if (text.length() > limit) {
      throw new FormatException(
          "expected " + what + " of at most " + limit + " characters, got " + text.length());
    }
    return text;
  }

  private static String wellFormed(String text) throws FormatException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new FormatException("expected Unicode text, got a lone surrogate");
      }
    }
    return text;
  }
}
