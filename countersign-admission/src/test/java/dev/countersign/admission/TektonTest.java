package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.DockerRegistry;
import dev.countersign.cli.interop.Peer;
import dev.countersign.cli.interop.Peers;
import dev.countersign.cli.interop.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Tasks with what a TaskRun gives them, on a real registry, and cosign as the judge.
class TektonTest {
  private static final Path TEKTON = Manifest.DEPLOY.resolve("tekton");
  private static final String TIME = "2026-01-31T12:00:00Z";
  private static final String USER = "jane.doe@acme.example";

  @TempDir private Path folder;
  private DockerRegistry registry;
  private Desk desk;
  private String url;
  private String digest;

  @BeforeEach
  void pushAnImage() throws IOException, InterruptedException {
    registry = DockerRegistry.start(Files.createDirectory(folder.resolve("registry")));
    desk = Desk.at(folder);
    desk.makeKeys(Tool.OURS, "cosign");
    var reference = registry.image("acme/app:v1");
    url = registry.host() + "/acme/app:v1";
    digest = reference.substring(reference.indexOf('@') + 1);
  }

  @AfterEach
  void stopRegistry() {
    registry.close();
  }

  @Test
  void signsTheDigestWithTimeAndUserAndVerifiesIt() {
    for (var run : run("countersign-sign", signing(), List.of("--annotations=env=prod"))) {
      run.succeeded();
    }

    var told =
        desk.verify(
                Tool.COSIGN3,
                "cosign",
                "--annotations=build-timestamp=" + TIME,
                "--annotations=user=" + USER,
                "--annotations=env=prod",
                registry.host() + "/acme/app@" + digest)
            .succeeded();
    assertTrue(told.stdout().contains(digest), told::toString);
  }

  @Test
  void signsWhatWasBuiltThoughTheTagHasMoved() throws IOException {
    var moved = otherImage();

    for (var run : run("countersign-sign", signing(), List.of())) {
      run.succeeded();
    }

    assertNotEquals(digest, moved);
    desk.verify(Tool.COSIGN3, "cosign", registry.host() + "/acme/app@" + digest).succeeded();
    assertNotEquals(
        0, desk.verify(Tool.COSIGN3, "cosign", registry.host() + "/acme/app@" + moved).exit());
  }

  @Test
  void signsNothingWithoutADigest() {
    var given = new LinkedHashMap<>(signing());
    given.put("params.IMAGE_DIGEST", "");

    var runs = run("countersign-sign", given, List.of());

    assertEquals(1, runs.size(), "verifies only what was signed");
    assertNotEquals(0, runs.getFirst().exit());
    assertNotEquals(0, desk.verify(Tool.COSIGN3, "cosign", url).exit());
  }

  @Test
  void attestsThePredicateOfTheBuild() throws IOException {
    Files.writeString(folder.resolve("bom.json"), "{\"bomFormat\":\"CycloneDX\"}");
    var given = new LinkedHashMap<>(image());
    given.put("params.PREDICATE", "bom.json");
    given.put("workspaces.predicate.path", folder.toString());

    for (var run : run("countersign-attest", given, List.of())) {
      run.succeeded();
    }

    desk.run(
            Tool.COSIGN3,
            "verify-attestation",
            "--key=cosign.pub",
            "--type=cyclonedx",
            "--insecure-ignore-tlog",
            registry.host() + "/acme/app@" + digest)
        .succeeded();
  }

  @Test
  void pipelinesGiveTheTasksWhatTheyWant() {
    for (var pipeline : Manifest.below(TEKTON.resolve("samples"), ".yaml")) {
      for (var use : pipeline.list("spec", "tasks")) {
        var name = use.at("taskRef", "name").orElse("").toString();
        if (name.startsWith("countersign-")) {
          var wanted =
              task(name).list("spec", "params").stream()
                  .filter(param -> param.at("default").isEmpty())
                  .map(param -> param.text("name"))
                  .toList();
          var given = use.list("params").stream().map(param -> param.text("name")).toList();
          assertTrue(given.containsAll(wanted), () -> name + ": expected " + wanted);
        }
      }
    }
  }

  private Map<String, String> image() {
    return Map.of("params.IMAGE_URL", url, "params.IMAGE_DIGEST", digest);
  }

  private Map<String, String> signing() {
    var given = new LinkedHashMap<>(image());
    given.put("params.BUILD_TIMESTAMP", TIME);
    given.put("params.BUILD_USER", USER);
    return given;
  }

  /// Runs the steps until one fails, as Tekton does.
  private List<Peer.Run> run(String name, Map<String, String> given, List<String> annotations) {
    var task = TektonTask.of(task(name), given, Map.of("params.ANNOTATIONS", annotations));
    var runs = new ArrayList<Peer.Run>();
    for (var step : task.steps(Map.of("cosign.password", "secret"))) {
      var args =
          step.args().stream().map(arg -> arg.replace("/etc/keys", folder.toString())).toList();
      var run = OurCommand.runIn(folder, step.environment(), args.toArray(String[]::new));
      runs.add(run);
      if (run.exit() != 0) {
        return runs;
      }
    }
    return runs;
  }

  private static Manifest task(String name) {
    return Manifest.in(TEKTON.resolve(name + ".yaml")).findFirst().orElseThrow();
  }

  private String otherImage() throws IOException {
    var layer = Files.write(folder.resolve("other.tar"), new byte[2048]);
    var reference =
        Peers.require("crane")
            .run("append", "--insecure", "--oci-empty-base", "-f", layer.toString(), "-t", url)
            .succeeded()
            .stdout()
            .strip();
    return reference.substring(reference.indexOf('@') + 1);
  }
}
