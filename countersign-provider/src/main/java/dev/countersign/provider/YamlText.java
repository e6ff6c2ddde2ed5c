package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// YAML as the JSON that it stands for: one document, no name twice, no anchors to multiply it.
final class YamlText {
  private static final int MAX_CHARACTERS = 1 << 20;
  private static final int MAX_DEPTH = 32;
  private static final LoadSettings STRICT =
      LoadSettings.builder()
          .setAllowDuplicateKeys(false)
          .setAllowRecursiveKeys(false)
          .setMaxAliasesForCollections(0)
          .setCodePointLimit(MAX_CHARACTERS)
          .build();

  private YamlText() {}

  /// @throws FormatException if `text` is no YAML, or more than one document
  static JsonObject parse(Bytes text) throws FormatException {
    var yaml = text.toUtf8();
    try {
      requireFlat(new ParserImpl(STRICT, new StreamReader(STRICT, yaml)));
      return json(new Load(STRICT).loadFromString(yaml)).asObject("a YAML mapping");
    } catch (YamlEngineException e) {
      var why = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
      throw new FormatException("expected YAML, got: " + why, e);
    }
  }

  /// Refuses what the library would compose to the end of the stack.
  private static void requireFlat(Iterator<Event> events) throws FormatException {
    int depth = 0;
    while (events.hasNext()) {
      depth +=
          switch (events.next().getEventId()) {
            case MappingStart, SequenceStart -> 1;
            case MappingEnd, SequenceEnd -> -1;
            default -> 0;
          };
      if (depth > MAX_DEPTH) {
        throw new FormatException("expected YAML of at most " + MAX_DEPTH + " levels, got more");
      }
    }
  }

  private static JsonValue json(@Nullable Object value) throws FormatException {
    return switch (value) {
      case null -> new JsonNull();
      case Map<?, ?> map -> object(map);
      case List<?> list -> array(list);
      case Boolean truth -> new JsonBoolean(truth);
      case Number number -> new JsonNumber(number.toString());
      case String text -> new JsonString(text);
      default -> throw new FormatException("expected JSON's types in YAML, got " + value);
    };
  }

  private static JsonObject object(Map<?, ?> map) throws FormatException {
    var members = new LinkedHashMap<String, JsonValue>();
    for (var member : map.entrySet()) {
      if (!(member.getKey() instanceof String name)) {
        throw new FormatException("expected a text as name, got " + member.getKey());
      }
      members.put(name, json(member.getValue()));
    }
    return new JsonObject(members);
  }

  private static JsonArray array(List<?> list) throws FormatException {
    var items = new ArrayList<JsonValue>();
    for (var item : list) {
      items.add(json(item));
    }
    return new JsonArray(items);
  }
}
