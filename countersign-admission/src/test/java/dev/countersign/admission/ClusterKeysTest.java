package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.Site;
import dev.countersign.cli.interop.Tool;
import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Keys in Secrets of a real API server are the same whoever made them.
class ClusterKeysTest {
  private static final Set<String> PARTS = Set.of("cosign.key", "cosign.password", "cosign.pub");

  @TempDir private static Path folder;
  private static ApiServer server;
  private static InProcessRegistry registry;
  private static Site site;
  private static Path ca;
  private static int desks;

  private Desk desk;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start(Files.createDirectory(folder.resolve("server")));
    server.kubectl("create", "namespace", "keys").succeeded();
    var authority = FakeCa.create();
    registry = InProcessRegistry.start(InProcessOptions.DEFAULT.withHttps(authority));
    site = new Site(registry.uri(), Identity.clientContext(authority));
    ca = Files.writeString(folder.resolve("registry-ca.pem"), authority.certificatePem());
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void clearDesk() throws IOException {
    desk =
        Desk.at(Files.createDirectory(folder.resolve("desk" + desks++)))
            .with("SSL_CERT_FILE", ca.toString())
            .with("KUBECONFIG", server.kubeconfig().toString());
  }

  static Stream<Arguments> makersAndUsers() {
    return Stream.of(Tool.OURS, Tool.COSIGN3)
        .flatMap(
            maker -> Stream.of(Tool.OURS, Tool.COSIGN3).map(user -> Arguments.of(maker, user)));
  }

  @ParameterizedTest
  @MethodSource("makersAndUsers")
  void aKeyInTheClusterIsUsedByAll(Tool maker, Tool user) throws Exception {
    var key = "k8s://keys/" + name(maker) + "-for-" + name(user);
    var image = site.push(TestImage.oci(key), "app/" + name(maker) + name(user), "v1");

    desk.run(maker, "generate-key-pair", key).succeeded();
    var blind = desk.with("COSIGN_PASSWORD", "not the key's");
    blind.signBy(user, key, "-y", image).succeeded();

    for (var reader : List.of(Tool.OURS, Tool.COSIGN3)) {
      blind.verifyBy(reader, key, image).succeeded();
      desk.verify(reader, "cosign", image).succeeded();
      var shown = blind.run(reader, "public-key", "--key", key).succeeded();
      assertEquals(Files.readString(desk.folder().resolve("cosign.pub")), shown.stdout());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OURS", "COSIGN3"})
  void theSecretIsTheSameWhoeverMadeIt(Tool maker) throws Exception {
    var name = "shape-" + name(maker);

    var run = desk.run(maker, "generate-key-pair", "k8s://keys/" + name).succeeded();

    assertTrue(
        run.stderr().contains("Successfully created secret " + name + " in namespace keys\n"),
        run.stderr());
    assertTrue(run.stderr().contains("Public key written to cosign.pub\n"), run.stderr());
    var secret = secret(name);
    assertEquals("Opaque", secret.getString("type"));
    assertFalse(secret.members().containsKey("immutable"), "Kubernetes 1.20 need not know it");
    var metadata = secret.getObject("metadata");
    assertFalse(metadata.members().containsKey("labels"));
    assertFalse(metadata.members().containsKey("annotations"));
    assertEquals(PARTS, secret.getObject("data").members().keySet());
    assertEquals("secret", data(name, "cosign.password"));
    assertEquals(Files.readString(desk.folder().resolve("cosign.pub")), data(name, "cosign.pub"));
    assertEquals(Set.of("cosign.pub"), Set.of(names(desk.folder())));
  }

  @Test
  void whatElseASecretHoldsIsKept() throws Exception {
    server
        .kubectl("create", "secret", "generic", "shared", "--namespace=keys", "--from-literal=a=b")
        .succeeded();
    server.kubectl("label", "secret", "shared", "--namespace=keys", "owner=ci").succeeded();

    desk.run(Tool.OURS, "generate-key-pair", "k8s://keys/shared").succeeded();

    assertEquals("b", data("shared", "a"));
    assertEquals(
        "ci", secret("shared").getObject("metadata").getObject("labels").getString("owner"));
    desk.run(Tool.COSIGN3, "public-key", "--key", "k8s://keys/shared").succeeded();
  }

  @Test
  void aKeyThatIsThereIsNotWrittenOverUnasked() throws Exception {
    desk.run(Tool.OURS, "generate-key-pair", "k8s://keys/kept").succeeded();
    var before = data("kept", "cosign.key");

    var run = desk.run(Tool.OURS, "generate-key-pair", "k8s://keys/kept");

    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("Error: user declined the prompt\n"), run.stderr());
    assertEquals(before, data("kept", "cosign.key"));
  }

  @Test
  void anImmutableSecretKeepsItsKey() throws Exception {
    var secret =
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: sealed, namespace: keys}
        immutable: true
        """;
    var file = Files.writeString(folder.resolve("sealed.yaml"), secret);
    server.kubectl("apply", "--filename=" + file).succeeded();

    var run = desk.run(Tool.OURS, "generate-key-pair", "k8s://keys/sealed");

    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("field is immutable"), run.stderr());
    assertTrue(run.stderr().contains("\nhint: an immutable Secret keeps its key"), run.stderr());
    assertFalse(Files.exists(desk.folder().resolve("cosign.pub")));
  }

  @Test
  void whoMayReadOneSecretSignsWithItAndSeesNoOther() throws Exception {
    for (var name : List.of("mine", "theirs")) {
      desk.run(Tool.OURS, "generate-key-pair", "k8s://keys/" + name).succeeded();
    }
    server.kubectl("create", "serviceaccount", "signer", "--namespace=keys").succeeded();
    server
        .kubectl(
            "create",
            "role",
            "signer",
            "--namespace=keys",
            "--verb=get",
            "--resource=secrets",
            "--resource-name=mine")
        .succeeded();
    server
        .kubectl(
            "create",
            "rolebinding",
            "signer",
            "--namespace=keys",
            "--role=signer",
            "--serviceaccount=keys:signer")
        .succeeded();
    var token = server.kubectl("create", "token", "signer", "--namespace=keys").succeeded().strip();

    for (var user : List.of("{token: " + token + "}", plugin(token))) {
      var as = desk.with("KUBECONFIG", server.kubeconfig(user).toString());
      as.run(Tool.OURS, "public-key", "--key", "k8s://keys/mine").succeeded();
      var refused = as.run(Tool.OURS, "public-key", "--key", "k8s://keys/theirs");
      assertEquals(1, refused.exit());
      assertTrue(refused.stderr().startsWith("Error: cannot read "), refused.stderr());
      assertTrue(refused.stderr().contains("secrets \"theirs\" is forbidden"), refused.stderr());
      var advice = refused.stderr().lines().toList().getLast();
      assertTrue(advice.startsWith("hint: give whoever runs this that right"), refused.stderr());
      assertEquals(2, refused.stderr().lines().count(), refused.stderr());
      assertFalse(refused.stderr().contains(token));
    }
  }

  @Test
  void aSecretThatIsNotThereIsOneClearLine() {
    var run = desk.run(Tool.OURS, "verify", "--key", "k8s://keys/absent", "127.0.0.1:1/app:v1");

    assertEquals(1, run.exit());
    assertEquals(
        """
        Error: no Secret absent in namespace keys
        hint: make one with: countersign generate-key-pair k8s://keys/absent
        """,
        run.stderr());
  }

  /// A user whose token a program tells.
  private static String plugin(String token) throws IOException {
    var program =
        Files.writeString(
            folder.resolve("plugin.sh"),
            """
            #!/bin/sh
            echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",'
            echo '"status": {"token": "%s"}}'
            """
                .formatted(token));
    assertTrue(program.toFile().setExecutable(true));
    return """
    {exec: {apiVersion: client.authentication.k8s.io/v1, command: "%s", interactiveMode: Never}}\
    """
        .formatted(program);
  }

  private static String name(Tool tool) {
    return tool == Tool.OURS ? "ours" : "cosign";
  }

  private static String[] names(Path where) throws IOException {
    try (var files = Files.list(where)) {
      return files.map(file -> String.valueOf(file.getFileName())).toArray(String[]::new);
    }
  }

  private static JsonObject secret(String name) throws Exception {
    var run = server.kubectl("get", "secret", name, "--namespace=keys", "--output=json");
    return JsonValue.parseObject(Bytes.utf8(run.succeeded()));
  }

  private static String data(String name, String part) throws Exception {
    var text = secret(name).getObject("data").getString(part);
    return Bytes.copyOf(Base64.getDecoder().decode(text)).toUtf8();
  }
}
