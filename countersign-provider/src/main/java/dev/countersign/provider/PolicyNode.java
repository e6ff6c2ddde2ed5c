package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A mapping in a policy file, and where it stands there; what is wrong with it is told with that
/// place.
///
/// @param place as `policies[0].rules[2]`, or empty for the whole file
record PolicyNode(String place, JsonObject json) {
  /// How a text becomes a value.
  interface Parser<T> {
    T parse(String text) throws FormatException;
  }

  FormatException problem(String text) {
    return new FormatException(place.isEmpty() ? text : place + ": " + text);
  }

  private FormatException problem(String name, String text) {
    return new FormatException(at(name) + ": " + text);
  }

  private String at(String name) {
    return place.isEmpty() ? name : place + '.' + name;
  }

  /// Refuses members that are not among `names`.
  void refuseOthers(List<String> names) throws FormatException {
    for (var member : json.members().keySet()) {
      if (!names.contains(member)) {
        throw problem(member, "unknown field; expected one of " + String.join(", ", names));
      }
    }
  }

  boolean has(String name) {
    return json.members().containsKey(name);
  }

  String text(String name) throws FormatException {
    return find(name).orElseThrow(() -> problem(name, "missing; expected a text"));
  }

  Optional<String> find(String name) throws FormatException {
    if (!has(name)) {
      return Optional.empty();
    }
    if (json.members().get(name) instanceof JsonValue.JsonString string
        && !string.text().isBlank()) {
      return Optional.of(string.text());
    }
    throw problem(name, "expected a text that is not blank");
  }

  <T> Optional<T> find(String name, Parser<T> parser) throws FormatException {
    var text = find(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(parse(at(name), text.get(), parser));
  }

  <T> T parse(String name, Parser<T> parser) throws FormatException {
    return parse(at(name), text(name), parser);
  }

  private static <T> T parse(String at, String text, Parser<T> parser) throws FormatException {
    try {
      return parser.parse(text);
    } catch (FormatException e) {
      throw new FormatException(at + ": " + e.problem(), e);
    }
  }

  Optional<Integer> findNumber(String name) throws FormatException {
    if (!has(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Math.toIntExact(json.getLong(name)));
    } catch (FormatException | ArithmeticException e) {
      throw problem(name, "expected a whole number");
    }
  }

  /// The texts of a list that is not empty; empty if there is no such member.
  <T> Optional<List<T>> findAll(String name, Parser<T> parser) throws FormatException {
    if (!has(name)) {
      return Optional.empty();
    }
    var values = new ArrayList<T>();
    for (var item : items(name)) {
      var at = at(name) + '[' + values.size() + ']';
      if (!(item instanceof JsonValue.JsonString string)) {
        throw new FormatException(at + ": expected a text");
      }
      values.add(parse(at, string.text(), parser));
    }
    return Optional.of(values);
  }

  /// The mappings of a list that is not empty.
  List<PolicyNode> nodes(String name) throws FormatException {
    if (!has(name)) {
      throw problem(name, "missing; expected a list");
    }
    var nodes = new ArrayList<PolicyNode>();
    for (var item : items(name)) {
      var at = at(name) + '[' + nodes.size() + ']';
      if (!(item instanceof JsonObject object)) {
        throw new FormatException(at + ": expected a mapping");
      }
      nodes.add(new PolicyNode(at, object));
    }
    return nodes;
  }

  private List<JsonValue> items(String name) throws FormatException {
    if (json.members().get(name) instanceof JsonValue.JsonArray(var items) && !items.isEmpty()) {
      return items;
    }
    throw problem(name, "expected a list that is not empty");
  }

  PolicyNode node(String name) throws FormatException {
    if (json.members().get(name) instanceof JsonObject object) {
      return new PolicyNode(at(name), object);
    }
    throw problem(name, "expected a mapping");
  }

  /// Whether `name` is `true`; not if there is no such member.
  boolean isTrue(String name) throws FormatException {
    if (!has(name)) {
      return false;
    }
    if (json.members().get(name) instanceof JsonValue.JsonBoolean(var truth)) {
      return truth;
    }
    throw problem(name, "expected true or false");
  }

  Map<String, String> texts(String name) throws FormatException {
    try {
      return json.findStrings(name);
    } catch (FormatException e) {
      throw problem(name, "expected texts by name; write numbers and true in quotes");
    }
  }
}
