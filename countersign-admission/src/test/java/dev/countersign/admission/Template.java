package dev.countersign.admission;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The shipped constraint template.
final class Template {
  private static final Path FILE = Path.of("../deploy/gatekeeper/constrainttemplate.yaml");

  private Template() {}

  /// Its Rego, also written to `target/` for those who want to run it by hand.
  static String rego() throws IOException {
    try {
      var spec = Yaml.read(FILE).asObject("a template").getObject("spec");
      var targets = spec.getArray("targets");
      var rego = rego(targets.getFirst().asObject("a target"));
      var copy = Files.createDirectories(Path.of("target")).resolve("k8scountersignimages.rego");
      Files.writeString(copy, rego);
      return rego;
    } catch (FormatException e) {
      throw new IOException(FILE + ": " + e.getMessage(), e);
    }
  }

  private static String rego(JsonObject target) throws FormatException {
    var code = target.findArray("code");
    return code.isEmpty()
        ? target.getString("rego")
        : code.getFirst().asObject("code").getObject("source").getString("rego");
  }
}
