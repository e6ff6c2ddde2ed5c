package dev.countersign.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.NullValue;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// JSON as CEL sees it: maps, lists and scalars, each look paid from a budget.
///
/// A whole number is an `int` (or, above that, a `uint`), any other number a `double`.
record JsonView(Budget budget) {
  Object of(JsonValue value) {
    return switch (value) {
      case JsonObject object -> new Members(object.members());
      case JsonArray array -> new Items(array);
      case JsonString string -> {
        budget.spend(string.text().length());
        yield string.text();
      }
      case JsonNumber number -> number(number.text());
      case JsonBoolean bool -> bool.value();
      case JsonNull none -> NullValue.NULL_VALUE;
    };
  }

  private static Object number(String text) {
    try {
      return text.startsWith("-") || text.length() < 19
          ? (Object) Long.valueOf(text)
          : unsigned(UnsignedLong.valueOf(text));
    } catch (NumberFormatException e) {
      return Double.valueOf(text);
    }
  }

  private static Object unsigned(UnsignedLong number) {
    return number.longValue() >= 0 ? (Object) number.longValue() : number;
  }

  private final class Items extends AbstractList<Object> {
    private final JsonArray array;

    Items(JsonArray array) {
      this.array = array;
    }

    @Override
    public Object get(int index) {
      budget.spend(0);
      return of(array.items().get(index));
    }

    @Override
    public int size() {
      return array.items().size();
    }
  }

  private final class Members extends AbstractMap<String, Object> {
    private final Map<String, JsonValue> members;

    Members(Map<String, JsonValue> members) {
      this.members = members;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
      budget.spend(0);
      var value = members.get(name);
      return value == null ? null : of(value);
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
      budget.spend(0);
      return members.containsKey(name);
    }

    @Override
    public int size() {
      return members.size();
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Entry<String, Object>> iterator() {
          var entries = members.entrySet().iterator();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return entries.hasNext();
            }

            @Override
            public Entry<String, Object> next() {
              var entry = entries.next();
              budget.spend(entry.getKey().length());
              return Map.entry(entry.getKey(), of(entry.getValue()));
            }
          };
        }

        @Override
        public int size() {
          return members.size();
        }
      };
    }
  }
}
