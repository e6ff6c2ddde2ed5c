package dev.countersign.cli;

import dev.countersign.cli.kubernetes.ImageUse;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The images of manifests, each with its answer and where it is used.
///
/// @param uses in the order of the manifests
record ManifestReport(
    Map<ImageQuestion, List<ImageUse>> uses, Map<ImageQuestion, ImageAnswer> answers) {
  /// That of the first image that failed.
  int exitCode() {
    return uses.keySet().stream()
        .mapToInt(question -> answer(question).exitCode())
        .filter(code -> code != ExitCode.DONE)
        .findFirst()
        .orElse(ExitCode.DONE);
  }

  /// A table with one line an image.
  String table() {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("RESULT", "IMAGE", "NAMESPACE", "USED BY", "WHY"));
    uses.forEach((question, places) ->
        rows.add(
            List.of(
                word(answer(question)),
                image(question),
                question.namespace(),
                OneLine.of(places.getFirst().toString())
                    + (places.size() > 1 ? " and %d more".formatted(places.size() - 1) : ""),
                OneLine.of(answer(question).text()))));
    return align(rows);
  }

  /// One object with all of them.
  String json() {
    var images = new ArrayList<JsonValue>();
    uses.forEach((question, places) -> images.add(json(question, places)));
    return text(JsonObject.empty().with("images", new JsonArray(images)).toBytes());
  }

  private JsonObject json(ImageQuestion question, List<ImageUse> places) {
    var used =
        places.stream()
            .<JsonValue>map(use ->
                JsonObject.empty()
                    .with("source", use.manifest().source())
                    .with("object", use.manifest().toString())
                    .with("place", use.place()))
            .toList();
    var answer = answer(question);
    return JsonObject.empty()
        .with("image", question.image())
        .with("namespace", question.namespace())
        .with("result", word(answer))
        .with("why", answer.text())
        .with("exitCode", answer.exitCode())
        .with("usedBy", new JsonArray(used));
  }

  private ImageAnswer answer(ImageQuestion question) {
    return answers.getOrDefault(question, new ImageAnswer.Unknown("there is no answer"));
  }

  private static String image(ImageQuestion question) {
    return question.image().isEmpty() ? "(none)" : OneLine.of(question.image());
  }

  private static String word(ImageAnswer answer) {
    return switch (answer) {
      case ImageAnswer.Good _ -> "verified";
      case ImageAnswer.Denied _ -> "denied";
      case ImageAnswer.Unknown _ -> "unknown";
    };
  }

  /// Columns as wide as their widest cell; the last one is not filled up.
  static String align(Collection<List<String>> rows) {
    var widths = new ArrayList<Integer>();
    for (var row : rows) {
      for (int i = 0; i < row.size(); i++) {
        if (widths.size() == i) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    var text = new StringBuilder();
    for (var row : rows) {
      for (int i = 0; i < row.size(); i++) {
        var isLast = i == row.size() - 1;
        text.append(row.get(i))
            .append(isLast ? "\n" : " ".repeat(widths.get(i) + 2 - row.get(i).length()));
      }
    }
    return text.toString();
  }

  private static String text(Bytes utf8) {
    try {
      return utf8.toUtf8();
    } catch (FormatException e) {
      throw new AssertionError("JSON is UTF-8", e);
    }
  }
}
