package dev.countersign.cli.kubernetes;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Arrays;
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

/// Kubernetes' YAML, or JSON, as the objects that it stands for: several documents, anchors and
/// merged mappings as `kubectl` reads them, and a name given twice refused.
public final class ManifestYaml {
  /// The longest text that is read, in bytes.
  public static final int MAX_BYTES = 16 << 20;

  private static final int MAX_DEPTH = 100;
  private static final int MAX_ALIASES = 1_000;
  private static final int MAX_VALUES = 2_000_000;
  private static final String MERGE = "<<";

  private int values;

  private ManifestYaml() {}

  /// The documents of `text` that hold anything.
  ///
  /// @throws FormatException if it is longer than [#MAX_BYTES], is no YAML, a document is no
  ///   mapping, or its anchors make it grow beyond measure
  public static List<JsonObject> parse(Bytes text) throws FormatException {
    if (text.size() > MAX_BYTES) {
      throw new FormatException("expected at most 16 MiB of YAML, got " + text.size() + " bytes");
    }
    var reader = new ManifestYaml();
    var documents = new ArrayList<JsonObject>();
    try {
      var settings = settings();
      requireFlat(new ParserImpl(settings, new StreamReader(settings, text.toUtf8())));
      for (var document : new Load(settings).loadAllFromString(text.toUtf8())) {
        if (document != null) {
          documents.add(reader.json(document, 0).asObject("a Kubernetes object"));
        }
      }
    } catch (YamlEngineException e) {
      var why = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
      throw new FormatException("expected YAML, got: " + OneLine.of(why), e);
    }
    return documents;
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

  private static LoadSettings settings() {
    return LoadSettings.builder()
        .setAllowDuplicateKeys(false)
        .setAllowRecursiveKeys(false)
        .setMaxAliasesForCollections(MAX_ALIASES)
        .setCodePointLimit(MAX_BYTES)
        .build();
  }

  private JsonValue json(@Nullable Object value, int depth) throws FormatException {
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
      throw new FormatException(
          "expected YAML of at most %d levels and %d values, got more"
              .formatted(MAX_DEPTH, MAX_VALUES));
    }
    return switch (value) {
      case null -> new JsonNull();
      case Map<?, ?> map -> object(map, depth);
      case List<?> list -> array(list, depth);
      case Boolean truth -> new JsonBoolean(truth);
      case Number number -> new JsonNumber(number.toString());
      case String text -> new JsonString(text);
      default ->
          throw new FormatException(
              "expected JSON's types in YAML, got " + value.getClass().getSimpleName());
    };
  }

  private JsonArray array(List<?> list, int depth) throws FormatException {
    var items = new ArrayList<JsonValue>();
    for (var item : list) {
      items.add(json(item, depth + 1));
    }
    return new JsonArray(items);
  }

  /// What a mapping says itself comes before what it merges in ([YAML's merge
  /// keys](https://yaml.org/type/merge.html)).
  private JsonObject object(Map<?, ?> map, int depth) throws FormatException {
    var members = new LinkedHashMap<String, JsonValue>();
    for (var member : map.entrySet()) {
      if (!MERGE.equals(member.getKey())) {
        members.put(name(member.getKey()), json(member.getValue(), depth + 1));
      }
    }
    if (map.containsKey(MERGE)) {
      for (var merged : merged(map.get(MERGE), depth + 1)) {
        merged.members().forEach(members::putIfAbsent);
      }
    }
    return new JsonObject(members);
  }

  private List<JsonObject> merged(@Nullable Object value, int depth) throws FormatException {
    var mappings = new ArrayList<JsonObject>();
    for (var one : value instanceof List<?> list ? list : Arrays.asList(value)) {
      mappings.add(json(one, depth).asObject("a mapping to merge"));
    }
    return mappings;
  }

  private static String name(@Nullable Object key) throws FormatException {
    return switch (key) {
      case String text -> text;
      case Boolean truth -> truth.toString();
      case Number number -> number.toString();
      case null, default -> throw new FormatException("expected a text as name, got another value");
    };
  }
}
