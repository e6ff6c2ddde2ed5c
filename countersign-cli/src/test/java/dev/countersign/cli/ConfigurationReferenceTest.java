package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The page of all that can be configured is what the schemas and the command say of themselves.
/// `-Dreference.write=true` writes it anew.
class ConfigurationReferenceTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final Path POLICY = Path.of("../docs/policy.schema.json");
  private static final Path VALUES = Path.of("../deploy/helm/countersign/values.schema.json");

  @Test
  void saysWhatTheSchemasSay() throws Exception {
    if (Boolean.getBoolean("reference.write")) {
      Files.writeString(PAGE, page());
    }

    assertEquals(page(), Files.readString(PAGE));
  }

  private static String page() throws Exception {
    return """
    # Configuration

    Generated; do not edit. After a change of a schema or of `env`:
    `mvn test -pl countersign-cli -am -Dtest=ConfigurationReferenceTest -Dreference.write=true\
     -Dsurefire.failIfNoSpecifiedTests=false`

    The flags of `serve` and of all other commands are in [commands.md](commands.md), the metrics in
    [metrics.md](metrics.md).

    ## The policy file

    What it means is in [policy.md](policy.md). The schema is [policy.schema.json](policy.schema.json).

    %s
    ## The chart's values

    What is not given is as in [values.yaml](../deploy/helm/countersign/values.yaml).

    %s
    ## The environment

    `COSIGN_<FLAG>` sets a flag besides; it does not reach `serve`.

    ```
    %s```
    """
        .formatted(table(POLICY), table(VALUES), environment());
  }

  private static String environment() {
    return OurCommand.runIn(Path.of(""), Map.of(), "env").succeeded().stdout();
  }

  private static String table(Path schema) throws IOException, FormatException {
    var root = JsonValue.parseObject(Bytes.copyOf(Files.readAllBytes(schema)));
    var rows = new StringBuilder("| field | is | |\n| --- | --- | --- |\n");
    addMembers(root, root, "", rows);
    return rows.toString();
  }

  private static void addMembers(
      JsonObject root, JsonObject object, String path, StringBuilder rows) throws FormatException {
    for (var member :
        object.findObject("properties").orElse(JsonObject.empty()).members().entrySet()) {
      var schema = resolved(root, member.getValue().asObject("a schema"));
      var name = path + member.getKey();
      rows.append("| `%s` | %s | %s |\n".formatted(name, form(root, schema), description(schema)));
      addMembers(root, schema, name + '.', rows);
      var items = schema.findObject("items");
      if (items.isPresent()) {
        addMembers(root, resolved(root, items.get()), name + "[].", rows);
      }
    }
  }

  private static JsonObject resolved(JsonObject root, JsonObject schema) throws FormatException {
    var reference = schema.findString("$ref");
    return reference.isEmpty()
        ? schema
        : root.getObject("$defs").getObject(reference.get().replace("#/$defs/", ""));
  }

  private static String form(JsonObject root, JsonObject schema) throws FormatException {
    var constant = schema.find("const");
    if (constant.isPresent()) {
      return text(constant.get());
    }
    var choices = schema.findArray("enum");
    if (!choices.isEmpty()) {
      return choices.stream()
          .map(ConfigurationReferenceTest::text)
          .collect(Collectors.joining(", "));
    }
    var items = schema.findObject("items");
    if (items.isPresent()) {
      return "list of " + form(root, resolved(root, items.get()));
    }
    return schema.find("type").map(ConfigurationReferenceTest::word).orElse("");
  }

  private static String description(JsonObject schema) throws FormatException {
    return schema.findString("description").orElse("").replace("|", "\\|");
  }

  private static String text(JsonValue value) {
    return '`' + word(value) + '`';
  }

  private static String word(JsonValue value) {
    return switch (value) {
      case JsonString(var text) -> text;
      case JsonBoolean(var truth) -> String.valueOf(truth);
      case JsonNumber(var number) -> number;
      default -> "";
    };
  }
}
