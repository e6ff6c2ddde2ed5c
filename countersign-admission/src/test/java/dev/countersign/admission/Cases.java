package dev.countersign.admission;

import dev.countersign.admission.Vocabulary.Keys;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The bypass suites: tables, each row written out for every value of its `each`; those in `cases/`
/// say how the provider answers, those in `end-to-end/` are for a running one.
///
/// A row has a `name`; `kind`, `operation`, `subResource`, `namespace` and `parameters` where they
/// are not the usual ones; `uses`, the images by place; `old`, the same of the object before an
/// update; `review`, what else the review says; `answers`, how the provider answers for an image
/// where not as the vocabulary has it; `provider`, an answer or a fault in place of all that;
/// `asked`, the images asked for when not all; and `admitted: true` or `refused`, a part of each
/// violation's text. Among the images `absent` is a container without one, and a number behind a
/// star repeats one.
final class Cases {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final String TIMES = " * ";
  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "each",
          "kind",
          "operation",
          "subResource",
          "namespace",
          "parameters",
          "uses",
          "old",
          "review",
          "answers",
          "provider",
          "asked",
          "admitted",
          "refused");

  private final Vocabulary vocabulary;
  private final List<Case> cases = new ArrayList<>();

  private Cases(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /// Those whose answers are written down with them.
  static List<Case> read() throws IOException {
    return in(RESOURCES.resolve("cases"), vocabulary());
  }

  static Vocabulary vocabulary() throws IOException {
    try {
      return Vocabulary.parse(Yaml.read(RESOURCES.resolve("vocabulary.yaml")));
    } catch (FormatException e) {
      throw new IOException(e);
    }
  }

  /// Those of the tables in a folder, in the words of a vocabulary.
  static List<Case> in(Path folder, Vocabulary vocabulary) throws IOException {
    try (var files = Files.list(folder)) {
      var all = new Cases(vocabulary);
      for (var file : files.sorted().toList()) {
        for (var row : Yaml.read(file).asArray("rows")) {
          all.writeOut(row.asObject("a row"), file.getFileName().toString());
        }
      }
      return List.copyOf(all.cases);
    } catch (FormatException e) {
      throw new IOException(e);
    }
  }

  private void writeOut(JsonObject row, String file) throws FormatException {
    for (var words : combinations(row)) {
      var filled = Vocabulary.filled(row, words).asObject("a row");
      if (words.containsKey("$kind")) {
        filled = filled.with("kind", words.get("$kind"));
      }
      var name = file + ": " + filled.getString("name");
      cases.add(one(words.isEmpty() ? name : name + " " + words.values(), filled));
    }
  }

  private static List<Map<String, String>> combinations(JsonObject row) throws FormatException {
    List<Map<String, String>> combinations = List.of(Map.of());
    var each = row.findObject("each").orElse(JsonObject.empty());
    for (var name : each.members().keySet()) {
      var longer = new ArrayList<Map<String, String>>();
      for (var combination : combinations) {
        for (var value : each.getArray(name)) {
          var more = new LinkedHashMap<>(combination);
          more.put("$" + name, value.asString("a value of " + name));
          longer.add(more);
        }
      }
      combinations = longer;
    }
    return combinations;
  }

  private Case one(String name, JsonObject row) throws FormatException {
    if (!FIELDS.containsAll(row.members().keySet())) {
      throw new FormatException(
          name + ": expected only " + FIELDS + ", got " + row.members().keySet());
    }
    var question =
        JsonObject.empty().with("review", review(row)).with("parameters", parameters(row));
    var whole = vocabulary.isLive() ? question : question.with("answer", answer(row));
    return new Case(name, whole, verdict(name, row), asked(row));
  }

  private JsonObject review(JsonObject row) throws FormatException {
    var kind = kind(row);
    var review = JsonObject.empty().with("kind", gvk(kind));
    var operation = row.findString("operation").orElse("CREATE");
    if (!operation.equals("none")) {
      review = review.with("operation", operation);
    }
    review = review.with("name", "it").with("namespace", namespace(row));
    if (row.findString("subResource").isPresent()) {
      review = review.with("subResource", row.getString("subResource"));
    }
    review = review.with("object", object(kind, row.findObject("uses").orElse(JsonObject.empty())));
    if (row.findObject("old").isPresent()) {
      review = review.with("oldObject", object(kind, row.getObject("old")));
    }
    for (var member : row.findObject("review").orElse(JsonObject.empty()).members().entrySet()) {
      review = review.with(member.getKey(), member.getValue());
    }
    return review;
  }

  private JsonObject gvk(String kind) throws FormatException {
    return JsonObject.empty()
        .with("group", vocabulary.group(kind))
        .with("version", "v1")
        .with("kind", kind);
  }

  /// An object of a kind, its images at their places.
  private JsonObject object(String kind, JsonObject uses) throws FormatException {
    var spec = JsonObject.empty();
    for (var place : uses.members().keySet()) {
      var list = new ArrayList<JsonValue>();
      for (var image : uses.getArray(place)) {
        for (int i = 0; i < times(image); i++) {
          list.add(used(place, list.size(), vocabulary.image(word(image))));
        }
      }
      spec = spec.with(place, new JsonArray(list));
    }
    for (var step : vocabulary.pathToSpec(kind).reversed()) {
      spec = JsonObject.empty().with(step, spec);
    }
    return spec.with("kind", kind).with("metadata", JsonObject.empty().with("name", "it"));
  }

  private static long times(JsonValue image) {
    return image instanceof JsonString text && text.text().contains(TIMES)
        ? Long.parseLong(text.text().substring(text.text().indexOf(TIMES) + TIMES.length()))
        : 1;
  }

  private static JsonValue word(JsonValue image) {
    return image instanceof JsonString text && text.text().contains(TIMES)
        ? new JsonString(text.text().substring(0, text.text().indexOf(TIMES)))
        : image;
  }

  private static JsonObject used(String place, int index, JsonValue image) {
    var absent = image instanceof JsonString text && text.text().equals("absent");
    if (place.equals("volumes")) {
      var source = absent ? JsonObject.empty() : JsonObject.empty().with("reference", image);
      return JsonObject.empty().with("name", "v" + index).with("image", source);
    }
    var container = JsonObject.empty().with("name", "c" + index);
    return absent ? container : container.with("image", image);
  }

  /// The provider's answer to all that is used, in the order of the places.
  private JsonValue answer(JsonObject row) throws FormatException {
    var given = row.findObject("provider").orElse(JsonObject.empty());
    if (given.find("fault").isPresent()
        || given.find("undefined").isPresent()
        || given.find("body").isPresent()) {
      return given;
    }
    var items = new ArrayList<JsonValue>();
    var answers = row.findStrings("answers");
    for (var word : words(row)) {
      items.addAll(vocabulary.items(word, answers.getOrDefault(word, ""), keys(row)));
    }
    var response =
        JsonObject.empty()
            .with("idempotent", new JsonBoolean(true))
            .with("items", new JsonArray(items))
            .with("systemError", given.findString("systemError").orElse(""));
    var body =
        JsonObject.empty()
            .with("apiVersion", "externaldata.gatekeeper.sh/v1beta1")
            .with("kind", "ProviderResponse")
            .with("response", response);
    return JsonObject.empty()
        .with("status", given.find("status").isPresent() ? given.getLong("status") : 200)
        .with("body", body.toBytes().toUtf8());
  }

  private List<String> asked(JsonObject row) throws FormatException {
    var keys = new ArrayList<String>();
    if (row.find("asked").isPresent()) {
      for (var word : row.getArray("asked")) {
        keys.add(keys(row).of(vocabulary.image(word).asString("an image")));
      }
    } else {
      for (var word : words(row)) {
        keys.add(keys(row).of(vocabulary.image(new JsonString(word)).asString("an image")));
      }
    }
    return keys.stream().sorted().distinct().toList();
  }

  /// The images that are named, each once.
  private static List<String> words(JsonObject row) throws FormatException {
    var words = new ArrayList<String>();
    for (var list : row.findObject("uses").orElse(JsonObject.empty()).members().values()) {
      for (var image : list.asArray("images")) {
        if (word(image) instanceof JsonString word && !word.text().equals("absent")) {
          words.add(word.text());
        }
      }
    }
    return words.stream().distinct().toList();
  }

  private static List<String> verdict(String name, JsonObject row) throws FormatException {
    if (row.find("admitted").isPresent() == row.find("refused").isPresent()) {
      throw new FormatException(name + ": expected one of admitted and refused");
    }
    var parts = new ArrayList<String>();
    for (var part : row.findArray("refused")) {
      parts.add(part.asString("a part of a violation"));
    }
    if (row.find("refused").isPresent() && parts.isEmpty()) {
      throw new FormatException(name + ": expected a violation in refused, got none");
    }
    return parts;
  }

  private JsonValue parameters(JsonObject row) {
    var usual = JsonObject.empty().with("policy", vocabulary.policy());
    var own = row.members().get("parameters");
    return own == null || own instanceof JsonNull ? usual : own;
  }

  private Keys keys(JsonObject row) throws FormatException {
    var own = row.findObject("parameters");
    var policy = own.isEmpty() ? vocabulary.policy() : "default";
    if (own.isPresent() && own.get().members().get("policy") instanceof JsonString name) {
      policy = name.text();
    }
    return new Keys(policy, namespace(row));
  }

  private static String namespace(JsonObject row) throws FormatException {
    return row.findString("namespace").orElse("team-a");
  }

  private static String kind(JsonObject row) throws FormatException {
    return row.findString("kind").orElse("Pod");
  }
}
