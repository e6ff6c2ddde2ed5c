package dev.countersign.admission;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// YAML as the JSON that Kubernetes would make of it.
final class Yaml {
  private Yaml() {}

  /// The one document of a file.
  static JsonValue read(Path file) throws IOException {
    var documents = readAll(file);
    if (documents.size() != 1) {
      throw new IOException("expected one document in " + file + ", got " + documents.size());
    }
    return documents.getFirst();
  }

  /// Every document of a file, the empty ones left out.
  static List<JsonValue> readAll(Path file) throws IOException {
    var settings = LoadSettings.builder().setLabel(file.toString()).build();
    var documents = new ArrayList<JsonValue>();
    for (var document : new Load(settings).loadAllFromString(Files.readString(file))) {
      if (document != null) {
        documents.add(json(document));
      }
    }
    return documents;
  }

  private static JsonValue json(@Nullable Object value) {
    return switch (value) {
      case null -> new JsonNull();
      case Map<?, ?> map -> object(map);
      case List<?> list -> new JsonArray(list.stream().map(Yaml::json).toList());
      case Boolean truth -> new JsonBoolean(truth);
      case Number number -> new JsonNumber(number.toString());
      default -> new JsonString(value.toString());
    };
  }

  private static JsonObject object(Map<?, ?> map) {
    var members = new LinkedHashMap<String, JsonValue>();
    map.forEach((name, value) -> members.put(String.valueOf(name), json(value)));
    return new JsonObject(members);
  }
}
