package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.Tool;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity.KeyForm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The program starts with the arguments that the Deployments give it, where they give it files.
class DeployedArgumentsTest {
  private static final String IMAGE = "127.0.0.1:1/acme/app@sha256:" + "1".repeat(64);

  private final FakeCa ca = FakeCa.create();

  @TempDir private Path folder;
  private Webhook webhook;
  private String publicKey;

  @BeforeEach
  void makeKeys() throws IOException {
    webhook = Webhook.in(folder, ca);
    Desk.at(folder).makeKeys(Tool.OURS, "cosign");
    publicKey = Files.readString(folder.resolve("cosign.pub"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"base/deployment.yaml", "seed/provider.yaml"})
  void answersAsItsProbesWant(String file) throws Exception {
    try (var provider = start(Manifest.in(Manifest.DEPLOY.resolve(file)));
        var client = HttpClient.newHttpClient()) {
      for (var path : List.of("/healthz", "/readyz")) {
        var probe = URI.create("http://127.0.0.1:" + provider.adminPort() + path);
        var request = HttpRequest.newBuilder(probe).timeout(Duration.ofSeconds(30)).build();
        assertEquals(200, client.send(request, BodyHandlers.discarding()).statusCode(), path);
      }
    }
  }

  @Test
  void answersGatekeeperAloneUnderMutualTls() throws Exception {
    var rendered = KustomizeTest.render(Manifest.DEPLOY.resolve("mutual-tls"), folder);
    try (var provider = start(rendered.stream());
        var gatekeeper = webhook.asking(provider.port(), "v1", 30);
        var stranger = webhook.strangerAsking(provider.port(), ca);
        var neighbour =
            webhook.named("another.gatekeeper-system.svc").asking(provider.port(), "v1", 30)) {
      var answered = gatekeeper.judge(Pods.of(IMAGE)).messages().getFirst();

      assertTrue(!answered.contains("failed to send"), answered);
      for (var other : List.of(stranger, neighbour)) {
        var unanswered = other.judge(Pods.of(IMAGE)).messages().getFirst();
        assertTrue(unanswered.contains("failed to send"), unanswered);
      }
    }
  }

  @Test
  void judgesByThePolicyThatHelmWasGiven() throws Exception {
    var values =
        """
        trust:
          secret: ""
          policy: |
            apiVersion: countersign.dev/v1
            kind: TrustPolicy
            authorities: [{name: release, key: {file: release.pub}}]
            policies:
              - name: default
                noMatch: deny
                transparencyLog: ignored
                rules: [{images: ["127.0.0.1:1/elsewhere"], anyOf: [release]}]
          keys:
            release.pub: "%s"
        """
            .formatted(publicKey.replace("\n", "\\n"));
    try (var provider = start(HelmChart.render(values, folder).stream());
        var gatekeeper = webhook.asking(provider.port(), "v1", 30)) {
      var answered = gatekeeper.judge(Pods.of(IMAGE)).messages().getFirst();

      assertTrue(answered.contains("no rule"), answered);
    }
  }

  /// Starts the one Deployment's container, each path below a mount in a folder of the test's.
  private ServeProcess start(Stream<Manifest> deployed) throws Exception {
    var objects = deployed.toList();
    var given = objects.stream().filter(o -> o.kind().equals("ConfigMap")).findFirst();
    var deployment =
        objects.stream().filter(o -> o.kind().equals("Deployment")).findFirst().orElseThrow();
    var container = deployment.podSpec().orElseThrow().list("containers").getFirst();
    var flags = new ArrayList<String>();
    for (var argument : (List<?>) container.at("args").orElseThrow()) {
      flags.add(mapped(argument.toString()));
    }
    assertEquals("serve", flags.removeFirst());
    for (var mount : container.list("volumeMounts")) {
      var folder = Path.of(mapped(mount.text("mountPath")));
      if (mount.text("name").equals("keys") && given.isPresent()) {
        fill(folder, (Map<?, ?>) given.get().at("data").orElseThrow());
      } else {
        fill(folder, content(mount.text("name")));
      }
    }
    var home = mapped(container.at("workingDir").orElse("/").toString());
    return ServeProcess.start(Path.of(home), List.copyOf(flags));
  }

  private String mapped(String path) {
    return path.startsWith("/") ? folder.resolve("root") + path : path;
  }

  private Map<String, String> content(String volume) {
    var server = ca.loopbackServer();
    return switch (volume) {
      case "keys", "public-key" -> Map.of("cosign.pub", publicKey);
      case "tls" -> Map.of("tls.crt", server.chainPem(), "tls.key", server.keyPem(KeyForm.PKCS8));
      case "client-ca" -> Map.of("ca.crt", ca.certificatePem());
      default -> Map.of();
    };
  }

  /// As the kubelet shows a Secret: links into a folder that is exchanged as a whole.
  private static void fill(Path mount, Map<?, ?> contents) throws IOException {
    var data = Files.createDirectories(mount.resolve("..2026_01_01_00_00_00.1"));
    Files.createSymbolicLink(mount.resolve("..data"), data.getFileName());
    for (var file : contents.entrySet()) {
      var name = file.getKey().toString();
      Files.writeString(data.resolve(name), file.getValue().toString());
      Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
    }
  }
}
