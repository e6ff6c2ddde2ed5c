package dev.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.format.Bytes;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PublicKey;
import dev.countersign.policy.Requirement;
import dev.countersign.provider.ClientCertificates;
import dev.countersign.provider.Server;
import dev.countersign.provider.ServerConfig;
import dev.countersign.provider.TlsFiles;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import dev.countersign.verify.Authority;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `verify --filename`: what is about to be deployed, judged before it is.
class VerifyManifestsTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("COSIGN_PASSWORD", "");

  private static final String NAME = "countersign.countersign.svc";

  @TempDir Path folder;
  private InProcessRegistry registry;

  @BeforeEach
  void signOneImage() throws Exception {
    registry = InProcessRegistry.start();
    TestImage.oci("signed").pushTo(registry, "team/signed", "v1");
    TestImage.oci("unsigned").pushTo(registry, "team/unsigned", "v1");
    run("generate-key-pair").succeeded();
    run("sign", "--key", "cosign.key", image("signed:v1")).succeeded();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void everyImageInEveryPlaceIsVerified() throws IOException {
    write(
        "all/web.yaml",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          template:
            spec:
              initContainers: [{name: setup, image: "$signed:v1"}]
              containers: [{name: app, image: "$unsigned:v1"}]
              volumes: [{name: model, image: {reference: "$absent:v1"}}]
        ---
        apiVersion: v1
        kind: List
        items:
        - apiVersion: batch/v1
          kind: CronJob
          metadata: {name: nightly}
          spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: "$signed:v2"}]}}}}}
        - apiVersion: v1
          kind: Pod
          metadata: {name: bare}
          spec:
            containers: [{name: nothing}]
            ephemeralContainers: [{name: debug, image: "not an image"}]
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: slow}
        spec: {template: {spec: {containers: [{name: x, image: "$signed:v1"}, {name: patched}]}}}
        ---
        apiVersion: monitoring.coreos.com/v1
        kind: Prometheus
        metadata: {name: metrics}
        spec: {image: "quay.io/prometheus:v1"}
        """);
    write("all/.hidden/x.yaml", "not: [yaml");
    write("all/notes.txt", "no manifest");

    var run = run("verify", "--key", "cosign.pub", "-f", "all", "--namespace", "ops");

    assertEquals(
        List.of(
            "RESULT IMAGE NAMESPACE",
            "verified $signed:v1 shop",
            "denied $unsigned:v1 shop",
            "denied $absent:v1 shop",
            "denied $signed:v2 ops",
            "denied (none) ops",
            "denied not an image ops",
            "verified $signed:v1 ops"),
        rows(run.stdout()));
    assertEquals(10, run.exit(), "that of the first image that failed: it has no signature");
    assertTrue(
        run.stdout().contains("Deployment shop/web (all/web.yaml): init container setup"),
        run.stdout());
    assertTrue(
        run.stderr()
            .contains("WARNING: Prometheus metrics (all/web.yaml) names an image at spec.image"),
        run.stderr());
    assertTrue(run.stderr().contains("WARNING: No transparency log was consulted"), run.stderr());
  }

  @Test
  void jsonSaysTheSameForPrograms() throws Exception {
    write("pod.yaml", pod("shop", "$unsigned:v1"));

    var run = run("verify", "--key", "cosign.pub", "-f", "pod.yaml", "--output", "json");

    var image =
        JsonValue.parseObject(Bytes.utf8(run.stdout()))
            .getArray("images")
            .getFirst()
            .asObject("an image");
    assertEquals("denied", image.getString("result"));
    assertEquals(10, image.getLong("exitCode"));
    assertEquals(1, image.getArray("usedBy").size());
  }

  @Test
  void whatHelmRendersComesOnStandardInput() throws Exception {
    var good = runWith(pod("shop", "$signed:v1"), "verify", "--key", "cosign.pub", "-f", "-");
    var template = runWith("a: {{ b }}\n", "verify", "--key", "cosign.pub", "-f", "-");

    assertEquals(0, good.exit(), good::toString);
    assertTrue(good.stdout().contains("(standard input)"), good.stdout());
    assertEquals(1, template.exit());
    assertTrue(template.stderr().contains("hint: render templates first"), template.stderr());
  }

  @Test
  void aPolicyJudgesByNamespace() throws Exception {
    write(
        "policy.yaml",
        """
        apiVersion: countersign.dev/v1
        kind: TrustPolicy
        authorities:
        - {name: release, key: {file: cosign.pub}}
        policies:
        - name: default
          noMatch: deny
          transparencyLog: ignored
          rules:
          - {images: ["$team/**"], namespaces: [sandbox], allow: "nothing of value runs there"}
          - {images: ["$team/**"], anyOf: [release]}
        """);
    write(
        "pods.yaml",
        pod("sandbox", "$unsigned:v1") + pod("shop", "$unsigned:v1") + pod("shop", "$signed:v1"));

    var run = run("verify", "--policy", "policy.yaml", "-f", "pods.yaml");

    assertEquals(
        List.of(
            "RESULT IMAGE NAMESPACE",
            "verified $unsigned:v1 sandbox",
            "denied $unsigned:v1 shop",
            "verified $signed:v1 shop"),
        rows(run.stdout()));
    assertTrue(run.stdout().contains("exempt: nothing of value runs there"), run.stdout());
    assertTrue(run.stdout().contains(" by release"), run.stdout());
    assertEquals(10, run.exit(), "that of an image without a signature");
  }

  @Test
  void aProviderThatServesIsAskedAsGatekeeperAsksIt() throws Exception {
    write("pods.yaml", pod("shop", "$signed:v1") + pod("shop", "$unsigned:v1"));
    var ca = FakeCa.create();
    Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
    keep("tls", ca.server(NAME));
    keep("client", ca.client("pipeline"));
    try (var server = serve()) {
      var url = "https://localhost:" + server.port();
      var asked = List.of("verify", "--server", url, "-f", "pods.yaml");
      var named = Stream.concat(asked.stream(), Stream.of("--server-name", NAME)).toList();

      var untrusted = run(named);
      var misnamed = run(asked, "--server-cacert", "ca.crt");
      var unknown = run(named, "--server-cacert", "ca.crt", "--timeout", "1s");
      var run =
          run(
              named,
              "--server-cacert",
              "ca.crt",
              "--server-client-cert",
              "client.crt",
              "--server-client-key",
              "client.key");

      assertEquals(1, untrusted.exit());
      assertTrue(untrusted.stderr().contains("hint: --server-cacert names"), untrusted.stderr());
      assertEquals(1, misnamed.exit());
      assertTrue(misnamed.stderr().contains("cannot trust"), misnamed.stderr());
      assertTrue(misnamed.stderr().contains("--server-name the name in it"), misnamed.stderr());
      assertEquals(1, unknown.exit(), unknown::toString);
      assertFalse(unknown.stdout().contains("verified"), unknown.stdout());
      assertEquals(
          List.of("RESULT IMAGE NAMESPACE", "verified $signed:v1 shop", "denied $unsigned:v1 shop"),
          rows(run.stdout()),
          run.stderr());
      assertEquals(10, run.exit());
    }
  }

  @Test
  void aProviderThatIsStillCheckingIsAskedAgain() throws Exception {
    var question = new ImageQuestion("shop", "a.example/b:1");
    var key = "policy=default|ns=shop|a.example/b:1";
    var answers =
        script(
            answer("", key + ": still checking"),
            answer(
                item(key, "\"value\":{\"verified\":true,\"digest\":\"sha256:1\",\"by\":[]}"), ""));

    assertEquals(Map.of(question, "verified"), words(answers, question));
  }

  @Test
  void onlyAPositiveAnswerAboutThisImageIsOne() throws Exception {
    var digest = "sha256:" + "a".repeat(64);
    var question = new ImageQuestion("shop", "a.example/b@" + digest);
    var key = "policy=default|ns=shop|" + question.image();
    for (var item :
        List.of(
            item(key, "\"value\":{\"verified\":false,\"digest\":\"%s\"}".formatted(digest)),
            item(key, "\"value\":{\"verified\":\"true\",\"digest\":\"%s\"}".formatted(digest)),
            item(key, "\"value\":{\"verified\":true,\"digest\":\"sha256:b\"}"),
            item(key, "\"value\":{\"verified\":true}"),
            item(key, "\"error\":\"\""))) {
      assertEquals(Map.of(question, "denied"), words(script(answer(item, "")), question), item);
    }
    var other =
        item("another", "\"value\":{\"verified\":true,\"digest\":\"%s\"}".formatted(digest));
    assertEquals(Map.of(question, "unknown"), words(script(answer(other, "")), question));
  }

  @Test
  void oneJudgeIsWantedAndNoImageBeside() {
    for (var words :
        List.of(
            List.of("verify", "-f", "x"),
            List.of("verify", "-f", "x", "--key", "k", "--policy", "p"),
            List.of("verify", "-f", "x", "--key", "k", "a.example/b"),
            List.of("verify", "--policy", "p", "a.example/b"),
            List.of("verify", "-f", "absent", "--key", "cosign.pub"))) {
      var run = run(words);
      assertEquals(1, run.exit(), words::toString);
      assertTrue(run.stderr().startsWith("Error: "), run.stderr());
      assertEquals("", run.stdout());
    }
  }

  private Server serve() throws Exception {
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var files =
        new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"))
            .withClients(new ClientCertificates.RequiredFrom(folder.resolve("ca.crt")));
    var key = PublicKey.parsePem(Files.readString(folder.resolve("cosign.pub")));
    var config =
        new ServerConfig(files, Requirement.anyOf(new Authority.Key("cosign.pub", key)))
            .withListen(free, free);
    return Server.start(config, RegistryOptions.DEFAULT, Loopback.ALLOWED);
  }

  private void keep(String name, Identity identity) throws IOException {
    Files.writeString(folder.resolve(name + ".crt"), identity.chainPem());
    Files.writeString(folder.resolve(name + ".key"), identity.keyPem(Identity.KeyForm.PKCS8));
  }

  private static ProviderAnswers.Provider script(String... responses) {
    Deque<String> left = new ArrayDeque<>(List.of(responses));
    return (keys, deadline) -> Bytes.utf8(left.size() > 1 ? left.pop() : left.element());
  }

  private static String answer(String items, String systemError) {
    return "{\"response\":{\"items\":[%s],\"systemError\":\"%s\"}}".formatted(items, systemError);
  }

  private static String item(String key, String rest) {
    return "{\"key\":\"%s\",%s}".formatted(key, rest);
  }

  private static Map<ImageQuestion, String> words(
      ProviderAnswers.Provider provider, ImageQuestion question) throws Exception {
    var answers =
        new ProviderAnswers(provider, "default")
            .ask(List.of(question), Deadline.after(Duration.ofSeconds(2)));
    return Map.of(
        question,
        switch (answers.get(question)) {
          case ImageAnswer.Good _ -> "verified";
          case ImageAnswer.Denied _ -> "denied";
          case ImageAnswer.Unknown _ -> "unknown";
          case null -> "none";
        });
  }

  /// The first three cells of each row, with the registry's address as it is written here.
  private List<String> rows(String table) {
    return table
        .lines()
        .map(row -> row.split(" {2,}"))
        .map(cells -> String.join(" ", Arrays.asList(cells).subList(0, 3)))
        .map(row -> row.replace(registry.hostAndPort() + "/team/", "$"))
        .toList();
  }

  private static String pod(String namespace, String image) {
    return """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: app, namespace: %s}
    spec: {containers: [{name: app, image: "%s"}]}
    """
        .formatted(namespace, image);
  }

  private String image(String name) {
    return registry.hostAndPort() + "/team/" + name;
  }

  private String filled(String text) {
    return text.replace("$team", registry.hostAndPort() + "/team")
        .replace("$", registry.hostAndPort() + "/team/");
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), filled(text));
  }

  private Peer.Run run(List<String> words, String... more) {
    return run(Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new));
  }

  private Peer.Run run(String... words) {
    return OurCommand.runIn(folder, ENVIRONMENT, words);
  }

  private Peer.Run runWith(String input, String... words) {
    var stdout = new ByteArrayOutputStream();
    var stderr = new ByteArrayOutputStream();
    var world = OurCommand.world(folder, ENVIRONMENT, stdout, stderr);
    var withInput =
        new World(
            world.environment(),
            world.folder(),
            new ByteArrayInputStream(filled(input).getBytes(UTF_8)),
            world.stdout(),
            world.stderr(),
            world.keyboard(),
            world.stop());
    var exit = new CommandLine(withInput).run(List.of(words));
    return new Peer.Run(exit, stdout.toString(UTF_8), stderr.toString(UTF_8));
  }
}
