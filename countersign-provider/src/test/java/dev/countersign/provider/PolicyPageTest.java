package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.access.KeyReference;
import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.SoftwareKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What `docs/` says of the policy file, held against the parser.
class PolicyPageTest {
  private static final Path DOCS = Path.of("../docs");

  @Test
  void theExampleIsAPolicy() throws Exception {
    var page = Files.readString(DOCS.resolve("policy.md"));
    var start = page.indexOf("```yaml\n") + "```yaml\n".length();
    var example = page.substring(start, page.indexOf("```", start));

    var policies =
        PolicyFile.parse(
            Bytes.utf8(example),
            file ->
                Bytes.utf8(
                    file instanceof KeyReference.File(var path) && path.toString().endsWith(".json")
                        ? "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot.v0.1+json\"}"
                        : SoftwareKey.generate(new SecureRandom()).publicKey().toPem()),
            DOCS);

    assertEquals(Set.of("default"), policies.byName().keySet());
    assertEquals(Remember.DEFAULT, policies.remember());
  }

  /// An editor and the service know the same fields.
  @Test
  void theSchemaHasTheFieldsThatAreRead() throws Exception {
    var schema =
        JsonValue.parseObject(Bytes.copyOf(Files.readAllBytes(DOCS.resolve("policy.schema.json"))));
    for (var mapping : PolicyFile.FIELDS.entrySet()) {
      JsonObject described =
          mapping.getKey().isEmpty()
              ? schema
              : schema.getObject("$defs").getObject(mapping.getKey());
      var fields = new TreeSet<>(described.getObject("properties").members().keySet());
      assertEquals(new TreeSet<>(mapping.getValue()), fields, mapping.getKey());
    }
  }
}
