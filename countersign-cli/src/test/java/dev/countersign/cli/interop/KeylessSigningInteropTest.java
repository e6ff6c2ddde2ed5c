package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.testkit.FakeIssuer;
import dev.countersign.testkit.FakeLog;
import dev.countersign.testkit.FakeSigstore;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What we sign as an identity, or with a key and a log, is accepted by the real cosign 3, and only
/// for that identity and that key.
class KeylessSigningInteropTest {
  private static final String MAIL = "alice@example.com";

  @TempDir Path folder;
  private FakeSigstore sigstore;
  private InProcessRegistry registry;
  private String image;
  private Desk desk;

  @BeforeEach
  void start() throws Exception {
    Tool.COSIGN3.require();
    sigstore = FakeSigstore.start();
    registry = InProcessRegistry.start();
    var content = TestImage.oci("one");
    content.pushTo(registry, "acme/app", "v1");
    image = registry.hostAndPort() + "/acme/app@" + content.digest();
    Files.writeString(folder.resolve("root.json"), sigstore.trustedRoot());
    Files.writeString(folder.resolve("blob"), "content\n");
    Files.writeString(folder.resolve("predicate.json"), "{\"a\":1}");
    desk = Desk.at(folder);
  }

  @AfterEach
  void stop() {
    registry.close();
    sigstore.close();
  }

  private void config(String version) throws IOException {
    FakeLog log = version.equals("v1") ? sigstore.rekor() : sigstore.tiledLog();
    Files.writeString(folder.resolve("config.json"), sigstore.signingConfig(log));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void anIdentitySignsImages(String version) throws Exception {
    config(version);
    sign("sign", image).succeeded();
    verify("verify", MAIL, image).succeeded();
    assertEquals(1, verify("verify", "bob@example.com", image).exit());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void anIdentityAttestsImages(String version) throws Exception {
    config(version);
    sign("attest", "--predicate", "predicate.json", "--type", "custom", image).succeeded();
    verify("verify-attestation", MAIL, "--type", "custom", image).succeeded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void anIdentitySignsFiles(String version) throws Exception {
    config(version);
    sign("sign-blob", "--bundle", "blob.json", "blob").succeeded();
    verify("verify-blob", MAIL, "--bundle", "blob.json", "blob").succeeded();
    assertEquals(1, verify("verify-blob", MAIL, "--bundle", "blob.json", "predicate.json").exit());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void anIdentityAttestsFiles(String version) throws Exception {
    config(version);
    sign(
            "attest-blob",
            "--predicate",
            "predicate.json",
            "--type",
            "custom",
            "--bundle",
            "att.json",
            "blob")
        .succeeded();
    verify("verify-blob-attestation", MAIL, "--type", "custom", "--bundle", "att.json", "blob")
        .succeeded();
  }

  /// A log of version 2 has the hash of an envelope's pre-authentication encoding ([Rekor
  /// v2](https://github.com/sigstore/architecture-docs/blob/main/rekor-v2-spec.md#614-dsse-envelopes)),
  /// which this judge reads since 4.1.0.
  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void sigstoreForNodeAcceptsThem(String version) throws Exception {
    config(version);
    sign("sign-blob", "--bundle", "blob.json", "blob").succeeded();
    sign("sign", "--bundle", "image.json", image).succeeded();
    var root = sigstore.trustedRoot();
    var noLog = root.replaceFirst("\"ctlogs\":\\[.*?\\],", "");
    try (var js = SigstoreJs.start(folder)) {
      var file = Optional.of(Bytes.utf8("content\n"));
      var blob = js.judge(root, bundle("blob.json"), file, 1);
      assertTrue(blob.accepted(), blob::toString);
      var signed = js.judge(root, bundle("image.json"), Optional.empty(), 1);
      assertTrue(signed.accepted(), signed::toString);
      assertFalse(js.judge(noLog, bundle("blob.json"), file, 1).accepted());
      var other = Optional.of(Bytes.utf8("other"));
      assertFalse(js.judge(root, bundle("blob.json"), other, 1).accepted());
    }
  }

  private Bytes bundle(String name) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(folder.resolve(name)));
  }

  /// All logs and authorities of the signing config are asked.
  @Test
  void severalLogsVouch() throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        sigstore.signingConfig(List.of(sigstore.rekor()), List.of()));
    sign("sign-blob", "--bundle", "blob.json", "blob").succeeded();
    verify("verify-blob", MAIL, "--bundle", "blob.json", "blob").succeeded();
  }

  @Test
  void aWorkflowSignsWithTheTokenOfItsRunner() throws Exception {
    config("v1");
    var runner =
        desk.with("ACTIONS_ID_TOKEN_REQUEST_URL", sigstore.issuer().url() + "/token?api-version=2")
            .with("ACTIONS_ID_TOKEN_REQUEST_TOKEN", FakeIssuer.REQUEST_TOKEN);
    runner.run(Tool.OURS, "sign", "--signing-config", "config.json", image).succeeded();
    verify("verify", FakeIssuer.WORKFLOW, image).succeeded();
  }

  @Test
  void aTokenStandsInAVariableOrInAFile() throws Exception {
    config("v1");
    desk.with("SIGSTORE_ID_TOKEN", sigstore.issuer().token(MAIL))
        .run(Tool.OURS, "sign", "--signing-config", "config.json", image)
        .succeeded();
    Files.writeString(folder.resolve("token"), sigstore.issuer().token("carol@example.com") + "\n");
    desk.run(
            Tool.OURS,
            "sign",
            "--signing-config",
            "config.json",
            "--identity-token",
            "token",
            image)
        .succeeded();
    verify("verify", MAIL, image).succeeded();
    verify("verify", "carol@example.com", image).succeeded();
  }

  @Test
  void servicesCanBeNamedOneByOne() throws Exception {
    desk.run(
            Tool.OURS,
            "sign",
            "--identity-token",
            sigstore.issuer().token(MAIL),
            "--fulcio-url",
            sigstore.fulcio().url().toString(),
            "--rekor-url",
            sigstore.rekor().url().toString(),
            "--timestamp-server-url",
            sigstore.timestamps().url().toString(),
            image)
        .succeeded();
    verify("verify", MAIL, image).succeeded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void aKeySignsWithALog(String version) throws Exception {
    config(version);
    desk.makeKeys(Tool.OURS, "cosign");
    desk.makeKeys(Tool.OURS, "other");
    for (var words :
        List.of(
            List.of("sign", image),
            List.of("sign-blob", "--bundle", "blob.json", "blob"),
            List.of("attest", "--predicate", "predicate.json", "--type", "custom", image))) {
      var all = new ArrayList<>(words);
      all.addAll(1, List.of("--key", "cosign.key", "--signing-config", "config.json"));
      desk.run(Tool.OURS, all.toArray(String[]::new)).succeeded();
    }
    verifyByKey("verify", "cosign.pub", image).succeeded();
    verifyByKey("verify-blob", "cosign.pub", "--bundle", "blob.json", "blob").succeeded();
    verifyByKey("verify-attestation", "cosign.pub", "--type", "custom", image).succeeded();
    assertEquals(1, verifyByKey("verify", "other.pub", image).exit());
  }

  /// Without a demand for it nothing is sent to a log.
  @Test
  void aKeyAloneAsksNobody() throws Exception {
    desk.makeKeys(Tool.OURS, "cosign");
    var before = sigstore.rekor().size();
    desk.run(Tool.OURS, "sign", "--key", "cosign.key", image).succeeded();
    assertEquals(before, sigstore.rekor().size());
    assertEquals(1, verifyByKey("verify", "cosign.pub", image).exit());
    desk.run(
            Tool.OURS,
            "sign",
            "--key",
            "cosign.key",
            "--rekor-url",
            sigstore.rekor().url().toString(),
            image)
        .succeeded();
    assertEquals(before + 1, sigstore.rekor().size());
    verifyByKey("verify", "cosign.pub", image).succeeded();
  }

  private Peer.Run sign(String command, String... rest) {
    var words =
        new ArrayList<>(
            List.of(
                command,
                "--identity-token",
                sigstore.issuer().token(MAIL),
                "--signing-config",
                "config.json"));
    words.addAll(List.of(rest));
    return desk.run(Tool.OURS, words.toArray(String[]::new));
  }

  private Peer.Run verify(String command, String identity, String... rest) {
    var words =
        new ArrayList<>(
            List.of(
                command,
                "--trusted-root",
                "root.json",
                "--certificate-identity",
                identity,
                "--certificate-oidc-issuer",
                sigstore.issuer().url().toString()));
    words.addAll(List.of(rest));
    return cosign(words);
  }

  private Peer.Run verifyByKey(String command, String key, String... rest) {
    var words = new ArrayList<>(List.of(command, "--trusted-root", "root.json", "--key", key));
    words.addAll(List.of(rest));
    return cosign(words);
  }

  private Peer.Run cosign(List<String> words) {
    return Peers.require("cosign3").runIn(folder, Map.of(), words.toArray(String[]::new));
  }
}
