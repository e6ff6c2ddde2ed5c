package dev.countersign.admission;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The chart of `deploy/helm`, rendered by Helm itself.
final class HelmChart {
  static final Path FOLDER = Manifest.DEPLOY.resolve("helm/countersign");

  private HelmChart() {}

  /// What Helm makes of the chart in the namespace `countersign`.
  ///
  /// @param values YAML, laid over the chart's own
  /// @throws IllegalStateException if Helm refuses them, with its words
  static List<Manifest> render(String values, Path home) throws IOException {
    var file = Files.writeString(Files.createTempFile(home, "values", ".yaml"), values);
    var text =
        new Helm(FOLDER)
            .template()
            .withName("countersign")
            .withNamespace("countersign")
            .withValuesFile(file)
            .call();
    return Manifest.parse("helm", text).toList();
  }
}
