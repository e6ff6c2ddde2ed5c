package dev.countersign.admission;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The words that cases are written in: kinds, images and answers by name (`vocabulary.yaml`).
///
/// @param policy the one that judges unless a case names another
/// @param answers empty where a running provider answers
record Vocabulary(String policy, JsonObject kinds, JsonObject images, JsonObject answers) {
  static Vocabulary parse(JsonValue document) throws FormatException {
    var words = document.asObject("a vocabulary");
    return new Vocabulary(
        words.getString("policy"),
        words.getObject("kinds"),
        words.getObject("images"),
        words.getObject("answers"));
  }

  /// The same kinds, with images that a running provider judges.
  Vocabulary live(String otherPolicy, JsonObject otherImages) {
    return new Vocabulary(otherPolicy, kinds, otherImages, JsonObject.empty());
  }

  boolean isLive() {
    return answers.members().isEmpty();
  }

  String group(String kind) throws FormatException {
    return kinds.getObject(kind).getString("group");
  }

  /// Where a kind keeps the spec of its Pods, from the outside in.
  List<String> pathToSpec(String kind) throws FormatException {
    var path = new ArrayList<String>();
    for (var step : kinds.getObject(kind).getArray("spec")) {
      path.add(step.asString("a step"));
    }
    return path;
  }

  /// What a short name of an image stands for; any other value stands for itself.
  JsonValue image(JsonValue word) throws FormatException {
    if (word instanceof JsonString text && images.findObject(text.text()).isPresent()) {
      return new JsonString(images.getObject(text.text()).getString("name"));
    }
    return word;
  }

  /// The items that a provider sends for one image.
  ///
  /// @param word the image's short name, or the image
  /// @param answer the answer's name, or empty for the one that the image always gets
  List<JsonValue> items(String word, String answer, Keys keys) throws FormatException {
    var always = images.findObject(word);
    var name = answer.isEmpty() && always.isPresent() ? always.get().getString("answer") : answer;
    if (name.isEmpty()) {
      return List.of();
    }
    var image = image(new JsonString(word)).asString("an image");
    var at = image.indexOf('@');
    var fill = new LinkedHashMap<String, String>();
    fill.put("$otherkey", keys.elsewhere().of(image));
    fill.put("$key", keys.of(image));
    fill.put("$image", image);
    fill.put("$digest", image.substring(at + 1));
    return filled(new JsonArray(answers.getArray(name)), fill).asArray("items");
  }

  /// A value with other words in all its texts.
  static JsonValue filled(JsonValue value, Map<String, String> words) {
    return switch (value) {
      case JsonString text -> new JsonString(filled(text.text(), words));
      case JsonArray array ->
          new JsonArray(array.items().stream().map(item -> filled(item, words)).toList());
      case JsonObject object -> {
        var members = new LinkedHashMap<String, JsonValue>();
        object
            .members()
            .forEach((name, member) ->
                members.merge(filled(name, words), filled(member, words), Vocabulary::joined));
        yield new JsonObject(members);
      }
      case JsonValue.JsonNumber number -> number;
      case JsonValue.JsonBoolean truth -> truth;
      case JsonValue.JsonNull none -> none;
    };
  }

  private static String filled(String text, Map<String, String> words) {
    var filled = text;
    for (var word : words.entrySet()) {
      filled = filled.replace(word.getKey(), word.getValue());
    }
    return filled;
  }

  /// Two lists under one name are one list.
  private static JsonValue joined(JsonValue first, JsonValue second) {
    if (first instanceof JsonArray one && second instanceof JsonArray two) {
      var items = new ArrayList<>(one.items());
      items.addAll(two.items());
      return new JsonArray(items);
    }
    throw new IllegalArgumentException("expected two lists, got " + first + " and " + second);
  }

  /// How keys are made for one policy and namespace.
  record Keys(String policy, String namespace) {
    String of(String image) {
      return "policy=" + policy + "|ns=" + namespace + "|" + image;
    }

    private Keys elsewhere() {
      return new Keys(policy, namespace + "-other");
    }
  }
}
