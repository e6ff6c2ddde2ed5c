package dev.countersign.cli.interop;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// JSON as somebody may write it, sensible or not: names twice, numbers that are none.
sealed interface LooseJson {
  /// A member; its name may be there again.
  record Member(String name, LooseJson value) {}

  record Members(List<Member> list) implements LooseJson {
    public Members {
      list = List.copyOf(list);
    }

    /// These members, where another stands at `index`, or none if `changed` is empty.
    Members replaced(int index, Member... changed) {
      var members = new ArrayList<>(list);
      members.remove(index);
      members.addAll(index, List.of(changed));
      return new Members(members);
    }
  }

  record Items(List<LooseJson> list) implements LooseJson {
    public Items {
      list = List.copyOf(list);
    }

    Items replaced(int index, LooseJson... changed) {
      var items = new ArrayList<>(list);
      items.remove(index);
      items.addAll(index, List.of(changed));
      return new Items(items);
    }
  }

  /// A string, written with the least escapes.
  record Text(String text) implements LooseJson {}

  /// Anything else, as it is written.
  record Raw(String json) implements LooseJson {}

  /// A place in a text.
  ///
  /// @param put the whole text, where another value stands at this place
  record Spot(String path, LooseJson value, UnaryOperator<LooseJson> put) {}

  static LooseJson of(JsonValue value) {
    return switch (value) {
      case JsonObject object ->
          new Members(
              object.members().entrySet().stream()
                  .map(member -> new Member(member.getKey(), of(member.getValue())))
                  .toList());
      case JsonArray array -> new Items(array.items().stream().map(LooseJson::of).toList());
      case JsonString string -> new Text(string.text());
      case JsonValue.JsonNumber number -> new Raw(number.text());
      case JsonValue.JsonBoolean bool -> new Raw(Boolean.toString(bool.value()));
      case JsonValue.JsonNull nothing -> new Raw("null");
    };
  }

  /// All places, the whole text first.
  default List<Spot> spots() {
    var found = new ArrayList<Spot>();
    collect(new Spot("$", this, value -> value), found);
    return found;
  }

  private static void collect(Spot spot, List<Spot> found) {
    found.add(spot);
    switch (spot.value()) {
      case Members members -> {
        for (int i = 0; i < members.list().size(); i++) {
          int at = i;
          var member = members.list().get(i);
          collect(
              new Spot(
                  spot.path() + '.' + member.name(),
                  member.value(),
                  value ->
                      spot.put().apply(members.replaced(at, new Member(member.name(), value)))),
              found);
        }
      }
      case Items items -> {
        for (int i = 0; i < items.list().size(); i++) {
          int at = i;
          collect(
              new Spot(
                  spot.path() + '[' + i + ']',
                  items.list().get(i),
                  value -> spot.put().apply(items.replaced(at, value))),
              found);
        }
      }
      case Text text -> {}
      case Raw raw -> {}
    }
  }

  /// The text, with `space` between its tokens.
  default String write(String space) {
    return switch (this) {
      case Members members ->
          members.list().stream()
              .map(member -> quote(member.name()) + space + ':' + member.value().write(space))
              .collect(Collectors.joining(',' + space, '{' + space, space + '}'));
      case Items items ->
          items.list().stream()
              .map(item -> item.write(space))
              .collect(Collectors.joining(',' + space, '[' + space, space + ']'));
      case Text text -> quote(text.text());
      case Raw raw -> raw.json();
    };
  }

  private static String quote(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
