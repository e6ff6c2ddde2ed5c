package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `deploy` as `kubectl` renders it.
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
                    "HorizontalPodAutoscaler/countersign",
                    "PodDisruptionBudget/countersign",
                    "NetworkPolicy/countersign")),
        rendered.toString());
  }

  @Test
  void namesTheImageOnce() throws IOException, InterruptedException {
    var kustomization = Manifest.in(BASE.resolve("kustomization.yaml")).findFirst().orElseThrow();
    var image = kustomization.list("images").getFirst();

    var deployment = deployment(render());

    var container = deployment.podSpec().orElseThrow().list("containers").getFirst();
    assertEquals(image.text("newName") + ":" + image.text("newTag"), container.text("image"));
  }

  @Test
  void takesAnotherImageForAllFromOnePlace() throws IOException, InterruptedException {
    var kustomization = DocsYamlTest.on("image.md").getFirst();
    var top = Files.createDirectory(home.resolve("top"));
    copy(Manifest.DEPLOY, top.resolve("deploy"));
    Files.writeString(
        top.resolve("kustomization.yaml"), ApiServerTest.write(kustomization.content()));

    var rendered = render(top, home).stream().map(Manifest::content).toList().toString();

    assertTrue(rendered.contains("image=registry.acme.example/tools/countersign@sha256:0000"));
    assertFalse(rendered.contains("registry.example/countersign"), rendered);
  }

  @Test
  void givesThePresyncJobTheManifestsAsThePageSays() throws IOException, InterruptedException {
    var kustomization = DocsYamlTest.on("gitops.md").getFirst();
    var top = Files.createDirectory(home.resolve("app"));
    Files.writeString(
        top.resolve("kustomization.yaml"), ApiServerTest.write(kustomization.content()));
    Files.copy(BASE.resolve("deployment.yaml"), top.resolve("deployment.yaml"));
    Files.copy(
        Manifest.DEPLOY.resolve("argocd/presync-verify.yaml"), top.resolve("presync-verify.yaml"));

    var rendered = render(top, home);

    var manifests =
        rendered.stream().filter(object -> object.kind().equals("ConfigMap")).findFirst();
    var job = rendered.stream().filter(object -> object.kind().equals("Job")).findFirst();
    assertEquals(
        "PreSync",
        manifests.orElseThrow().text("metadata", "annotations", "argocd.argoproj.io/hook"));
    var volumes = job.orElseThrow().podSpec().orElseThrow().list("volumes");
    assertTrue(
        volumes.stream()
            .anyMatch(volume ->
                volume.at("configMap", "name").filter(manifests.get().name()::equals).isPresent()),
        "kustomize names the ConfigMap of the Job");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  @Test
  void mutualTlsAddsTheAuthorityOfTheClientsAndNothingElse()
      throws IOException, InterruptedException {
    var base = render();
    var mutual = render(Manifest.DEPLOY.resolve("mutual-tls"), home);

    assertEquals(base.size(), mutual.size());
    for (var object : mutual) {
      var same = base.stream().anyMatch(other -> other.content().equals(object.content()));
      assertEquals(!object.kind().equals("Deployment"), same, object::toString);
    }
    var pod = deployment(mutual).podSpec().orElseThrow();
    var container = pod.list("containers").getFirst();
    assertEquals(
        deployment(base)
            .podSpec()
            .orElseThrow()
            .list("containers")
            .getFirst()
            .text("args")
            .replace(
                "]",
                ", --client-ca, /client-ca/ca.crt"
                    + ", --client-name, gatekeeper-webhook-service.gatekeeper-system.svc]"),
        container.text("args"));
    assertEquals("/client-ca", container.list("volumeMounts").getLast().text("mountPath"));
    assertEquals(
        "countersign-client-ca", pod.list("volumes").getLast().text("secret", "secretName"));
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
    return render(BASE, home);
  }

  private static Manifest deployment(List<Manifest> rendered) {
    return rendered.stream()
        .filter(object -> object.kind().equals("Deployment"))
        .findFirst()
        .orElseThrow();
  }

  /// A folder of `deploy` as `kubectl` renders it.
  ///
  /// @param home an empty folder for `kubectl`
  static List<Manifest> render(Path folder, Path home) throws IOException, InterruptedException {
    var kubectl = ApiServer.require("kubectl");
    var text = ApiServer.run(kubectl, home, "kustomize", folder.toString()).succeeded();
    return Manifest.parse("kustomize " + folder, text).toList();
  }
}
