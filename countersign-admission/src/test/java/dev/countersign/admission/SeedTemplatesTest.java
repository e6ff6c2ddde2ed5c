package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Rego of `deploy/seed` under the real OPA, in both dialects, by the cases in `seed.yaml`.
class SeedTemplatesTest {
  private static final Path SEED = Manifest.DEPLOY.resolve("seed");
  private static final Path CASES = Path.of("src/test/resources/seed.yaml");

  @ParameterizedTest
  @ValueSource(strings = {"v0", "v1"})
  void demandsAnAnswerForEachImage(String dialect) throws IOException, FormatException {
    var wrong = differences("images", "external-data-template.yaml", dialect, JsonObject.empty());

    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v0", "v1"})
  void demandsAnOwnerAsTheConstraintSays(String dialect) throws IOException, FormatException {
    var constraint = read(SEED.resolve("required-labels-constraint.yaml"));
    var parameters = constraint.getObject("spec").getObject("parameters");

    var wrong = differences("labels", "required-labels-template.yaml", dialect, parameters);

    assertEquals(List.of(), wrong);
  }

  /// One line a case that does not get its verdict.
  private static List<String> differences(
      String rows, String template, String dialect, JsonObject parameters)
      throws IOException, FormatException {
    var cases = read(CASES).getArray(rows);
    assertTrue(cases.size() > 5, "too few cases");
    var wrong = new ArrayList<String>();
    try (var opa = Opa.start()) {
      assertEquals(Optional.empty(), opa.compile(rego(SEED.resolve(template)), dialect));
      for (var value : cases) {
        var row = value.asObject("a row");
        var verdict = opa.judge(question(row, parameters));
        if (!isAsWanted(verdict, row.findString("refused"))) {
          wrong.add(row.getString("name") + ": " + verdict);
        }
      }
    }
    return wrong;
  }

  private static boolean isAsWanted(Opa.Verdict verdict, Optional<String> refused) {
    var messages = verdict.messages();
    return verdict.calls().size() <= 1
        && (refused.isEmpty()
            ? messages.isEmpty()
            : messages.size() == 1 && messages.getFirst().contains(refused.get()));
  }

  private static JsonObject question(JsonObject row, JsonObject parameters) throws FormatException {
    var review = JsonObject.empty().with("object", row.getObject("object"));
    var operation = row.findString("operation").orElse("CREATE");
    if (!operation.equals("none")) {
      review = review.with("operation", operation);
    }
    if (row.find("old").isPresent()) {
      review = review.with("oldObject", row.getObject("old"));
    }
    return JsonObject.empty()
        .with("review", review)
        .with("parameters", parameters)
        .with("answer", answer(row));
  }

  private static JsonObject answer(JsonObject row) throws FormatException {
    if (row.find("fault").isPresent()) {
      return JsonObject.empty().with("fault", row.getString("fault"));
    }
    if (row.find("undefined").isPresent()) {
      return JsonObject.empty().with("undefined", new JsonBoolean(true));
    }
    var response =
        JsonObject.empty()
            .with("items", new JsonArray(row.findArray("items")))
            .with("systemError", row.findString("systemError").orElse(""));
    var body = JsonObject.empty().with("response", response);
    return JsonObject.empty().with("status", 200).with("body", body.toBytes().toUtf8());
  }

  /// The Rego of a template, asking the one provider that `regotest` knows, by its name there.
  static String rego(Path template) throws IOException, FormatException {
    var targets = read(template).getObject("spec").getArray("targets");
    return targets
        .getFirst()
        .asObject("a target")
        .getString("rego")
        .replace("{\"provider\": \"cosign-gatekeeper-provider\"", "{\"provider\": \"countersign\"");
  }

  private static JsonObject read(Path file) throws IOException, FormatException {
    JsonValue document = Yaml.read(file);
    return document.asObject(file.toString());
  }
}
