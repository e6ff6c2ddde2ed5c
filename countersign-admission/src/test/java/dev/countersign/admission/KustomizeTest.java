package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `deploy/base` as `kubectl` renders it.
class KustomizeTest {
  private static final Path BASE = Manifest.DEPLOY.resolve("base");

  @TempDir Path home;

  @Test
  void rendersTheBase() throws IOException, InterruptedException {
    var rendered = render();

    var names = rendered.stream().map(object -> object.kind() + "/" + object.name());
    assertTrue(
        names
            .collect(Collectors.toSet())
            .containsAll(
                Set.of(
                    "Namespace/countersign",
                    "ServiceAccount/countersign",
                    "Deployment/countersign",
                    "Service/countersign",
                    "PodDisruptionBudget/countersign",
                    "NetworkPolicy/countersign")),
        rendered.toString());
  }

  @Test
  void namesTheImageOnce() throws IOException, InterruptedException {
    var kustomization = Manifest.in(BASE.resolve("kustomization.yaml")).findFirst().orElseThrow();
    var image = kustomization.list("images").getFirst();

    var deployment =
        render().stream().filter(o -> o.kind().equals("Deployment")).findFirst().orElseThrow();

    var container = deployment.podSpec().orElseThrow().list("containers").getFirst();
    assertEquals(image.text("newName") + ":" + image.text("newTag"), container.text("image"));
  }

  @Test
  void leavesNoFileOut() throws IOException {
    var kustomization = Manifest.in(BASE.resolve("kustomization.yaml")).findFirst().orElseThrow();

    var listed = Set.copyOf((List<?>) kustomization.at("resources").orElseThrow());

    assertEquals(expected(), listed);
  }

  /// All files of the base, and the set in `gatekeeper` once it can be rendered.
  private static Set<String> expected() throws IOException {
    try (var files = Files.list(BASE)) {
      var names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.equals("kustomization.yaml"))
              .collect(Collectors.toSet());
      if (Files.exists(Manifest.DEPLOY.resolve("gatekeeper/kustomization.yaml"))) {
        names.add("../gatekeeper");
      }
      return names;
    }
  }

  private List<Manifest> render() throws IOException, InterruptedException {
    var kubectl = ApiServer.require("kubectl");
    var text = ApiServer.run(kubectl, home, "kustomize", BASE.toString()).succeeded();
    return Manifest.parse("kustomize " + BASE, text).toList();
  }
}
