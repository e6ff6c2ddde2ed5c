package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.DockerRegistry;
import dev.countersign.cli.interop.Peer;
import dev.countersign.cli.interop.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Job that Argo CD runs before a sync, with its own arguments, on a real registry.
class PresyncTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: shop, namespace: shop}
      spec:
        selector: {matchLabels: {app: shop}}
        template:
          metadata: {labels: {app: shop}}
          spec:
            initContainers: [{name: migrate, image: "MIGRATE"}]
            containers: [{name: web, image: "WEB"}]
      """;

  @TempDir private Path folder;
  private DockerRegistry registry;
  private String signed;
  private String unsigned;

  @BeforeEach
  void pushImages() throws IOException, InterruptedException {
    registry = DockerRegistry.start(Files.createDirectory(folder.resolve("registry")));
    var desk = Desk.at(Files.createDirectory(folder.resolve("keys")));
    desk.makeKeys(Tool.COSIGN3, "cosign");
    signed = registry.image("acme/signed:v1");
    unsigned = registry.image("acme/unsigned:v1");
    desk.sign(Tool.COSIGN3, "cosign", "--yes", signed).succeeded();
  }

  @AfterEach
  void stopRegistry() {
    registry.close();
  }

  @Test
  void letsASyncGoOnWhoseImagesAreSigned() throws IOException {
    var run = sync(signed, signed);

    run.succeeded();
    assertTrue(run.stdout().contains(signed), run::toString);
  }

  @Test
  void stopsASyncThatTheClusterWouldDeny() throws IOException {
    var run = sync(unsigned, signed);

    assertEquals(10, run.exit(), run::toString);
    assertTrue(run.stdout().contains("denied"), run::toString);
    assertTrue(run.stdout().contains(unsigned), run::toString);
  }

  @Test
  void runsBeforeAnythingIsApplied() {
    assertEquals("PreSync", job().text("metadata", "annotations", "argocd.argoproj.io/hook"));
    assertEquals("0", job().text("spec", "backoffLimit"));
  }

  private Peer.Run sync(String first, String second) throws IOException {
    // As the kubelet shows a ConfigMap.
    var mount = folder.resolve("manifests");
    var data = Files.createDirectories(mount.resolve("..2026_01_01"));
    Files.writeString(
        data.resolve("deployment.yaml"),
        DEPLOYMENT.replace("MIGRATE", first).replace("WEB", second));
    Files.createSymbolicLink(mount.resolve("..data"), data.getFileName());
    Files.createSymbolicLink(mount.resolve("deployment.yaml"), Path.of("..data/deployment.yaml"));
    var container = job().podSpec().orElseThrow().list("containers").getFirst();
    var args =
        ((List<?>) container.at("args").orElseThrow())
            .stream()
                .map(Object::toString)
                .map(arg -> arg.startsWith("/") ? folder + arg : arg)
                .toArray(String[]::new);
    return OurCommand.runIn(folder, Map.of("HOME", folder.toString()), args);
  }

  private static Manifest job() {
    return Manifest.in(Manifest.DEPLOY.resolve("argocd/presync-verify.yaml"))
        .findFirst()
        .orElseThrow();
  }
}
