package dev.countersign.json;

import dev.countersign.format.FormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A JSON object: members in the order in which they were written, each name once.
///
/// The getters name the member in their [FormatException].
public record JsonObject(Map<String, JsonValue> members) implements JsonValue {
  private static final Pattern WHOLE = Pattern.compile("-?(?:0|[1-9][0-9]*)");

  public JsonObject {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /// An object of no members, to be grown by the `with` methods.
  public static JsonObject empty() {
    return new JsonObject(Map.of());
  }

  /// An object of strings, its names in the order of `entries`.
  public static JsonObject ofStrings(Map<String, String> entries) {
    var members = new LinkedHashMap<String, JsonValue>();
    entries.forEach((name, text) -> members.put(name, new JsonString(text)));
    return new JsonObject(members);
  }

  /// This object with one more member at its end, or with that member replaced.
  public JsonObject with(String name, JsonValue value) {
    var more = new LinkedHashMap<>(members);
    more.put(name, value);
    return new JsonObject(more);
  }

  /// This object with one more string member.
  public JsonObject with(String name, String text) {
    return with(name, new JsonString(text));
  }

  /// This object with one more number member.
  public JsonObject with(String name, long number) {
    return with(name, JsonNumber.of(number));
  }

  /// The member `name`; a `null` counts as absent.
  public Optional<JsonValue> find(String name) {
    return Optional.ofNullable(members.get(name)).filter(value -> !(value instanceof JsonNull));
  }

  /// The string member `name`, empty if it is absent or `null`.
  public Optional<String> findString(String name) throws FormatException {
    var value = find(name);
    return value.isEmpty() ? Optional.empty() : Optional.of(value.get().asString(string(name)));
  }

  /// The object member `name`, empty if it is absent or `null`.
  public Optional<JsonObject> findObject(String name) throws FormatException {
    var value = find(name);
    return value.isEmpty() ? Optional.empty() : Optional.of(value.get().asObject(object(name)));
  }

  /// The items of the array member `name`; none if it is absent or `null`.
  public List<JsonValue> findArray(String name) throws FormatException {
    var value = find(name);
    return value.isEmpty() ? List.of() : value.get().asArray("an array \"" + name + '"');
  }

  /// The string member `name`.
  public String getString(String name) throws FormatException {
    return get(name, string(name)).asString(string(name));
  }

  /// The object member `name`.
  public JsonObject getObject(String name) throws FormatException {
    return get(name, object(name)).asObject(object(name));
  }

  /// The items of the array member `name`.
  public List<JsonValue> getArray(String name) throws FormatException {
    var what = "an array \"" + name + '"';
    return get(name, what).asArray(what);
  }

  /// The whole-number member `name`.
  public long getLong(String name) throws FormatException {
    var what = "a whole number \"" + name + '"';
    return get(name, what).asLong(what);
  }

  /// The member `name`, which must be an object of strings, as a map in its order; empty if absent.
  public Map<String, String> findStrings(String name) throws FormatException {
    var strings = new LinkedHashMap<String, String>();
    var value = findObject(name);
    if (value.isPresent()) {
      for (var member : value.get().members().entrySet()) {
        strings.put(member.getKey(), member.getValue().asString(string(member.getKey())));
      }
    }
    return Collections.unmodifiableMap(strings);
  }

  /// The whole number `name`, written as a number or, as protobuf's JSON has it, as a string; empty
  /// if it is absent or `null`.
  public Optional<Long> findWholeNumber(String name) throws FormatException {
    var value = find(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    var what = "a whole number \"" + name + '"';
    if (!(value.get() instanceof JsonValue.JsonString string)) {
      return Optional.of(value.get().asLong(what));
    }
    if (!WHOLE.matcher(string.text()).matches()) {
      throw new FormatException("expected " + what + ", got \"" + string.text() + '"');
    }
    return Optional.of(new JsonValue.JsonNumber(string.text()).asLong(what));
  }

  /// Refuses every member that is not one of `names`.
  ///
  /// @throws FormatException naming the member
  public void refuseOthers(String... names) throws FormatException {
    var known = List.of(names);
    for (var member : members.keySet()) {
      if (!known.contains(member)) {
        throw new FormatException(
            "expected none but the members " + known + ", got \"" + member + '"');
      }
    }
  }

  /// Refuses members that Go would read as one of `names` though they are spelt in another case:
  /// two programs must not read two things out of one text.
  ///
  /// @throws FormatException naming the member
  public void refuseOtherSpellings(String... names) throws FormatException {
    for (var member : members.keySet()) {
      for (var name : names) {
        if (member.equalsIgnoreCase(name) && !member.equals(name)) {
          throw new FormatException("expected \"" + name + "\", got \"" + member + '"');
        }
      }
    }
  }

  private JsonValue get(String name, String what) throws FormatException {
    return find(name).orElseThrow(() -> new FormatException("expected " + what + ", got none"));
  }

  private static String string(String name) {
    return "a string \"" + name + '"';
  }

  private static String object(String name) {
    return "an object \"" + name + '"';
  }
}
