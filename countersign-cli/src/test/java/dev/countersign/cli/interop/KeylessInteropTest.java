package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.testkit.FakeFulcio;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What the real cosign 3 signs without a key, in logs of both versions and in both forms, is
/// accepted here, and nothing that differs from it in one thing.
class KeylessInteropTest {
  private static final String MAIL = "alice@example.com";

  @TempDir Path folder;
  private FakeSigstore sigstore;
  private InProcessRegistry registry;
  private Peer cosign;
  private String image;

  @BeforeEach
  void start() throws Exception {
    cosign = Peers.require("cosign3");
    sigstore = FakeSigstore.start();
    registry = InProcessRegistry.start();
    var content = TestImage.oci("one");
    content.pushTo(registry, "acme/app", "v1");
    image = registry.hostAndPort() + "/acme/app@" + content.digest();
    Files.writeString(folder.resolve("root.json"), sigstore.trustedRoot());
    Files.writeString(folder.resolve("blob"), "content\n");
    Files.writeString(folder.resolve("predicate.json"), "{\"a\":1}");
  }

  @AfterEach
  void stop() {
    registry.close();
    sigstore.close();
  }

  @TestFactory
  Stream<DynamicTest> acceptsWhatCosignSigns() {
    return Stream.of("v1", "v2")
        .map(name -> DynamicTest.dynamicTest(name, () -> acceptsAllOf(name)));
  }

  private void acceptsAllOf(String version) throws IOException {
    use(version.equals("v1") ? sigstore.rekor() : sigstore.tiledLog());
    sign("sign", image);
    sign("attest", "--type", "https://e.x/y", "--predicate", "predicate.json", image);
    sign("sign-blob", "--bundle", "blob.json", "blob");
    sign(
        "attest-blob",
        "--type",
        "https://e.x/y",
        "--predicate",
        "predicate.json",
        "--bundle",
        "att.json",
        "blob");

    var verified = ours(MAIL, "verify", image);
    accepted(verified);
    assertTrue(verified.stderr().contains("signature by " + MAIL + " ("), verified::toString);
    assertTrue(
        verified.stderr().contains("in the transparency log was verified offline"),
        verified::toString);
    accepted(ours(MAIL, "verify-attestation", "--type", "https://e.x/y", image));
    accepted(ours(MAIL, "verify-blob", "--bundle", "blob.json", "blob"));
    accepted(
        ours(
            MAIL,
            "verify-blob-attestation",
            "--type",
            "https://e.x/y",
            "--bundle",
            "att.json",
            "blob"));
    accepted(ours(MAIL, "verify", "--use-signed-timestamps", image));

    assertEquals(12, ours("bob@example.com", "verify", image).exit());
    assertEquals(1, ours("bob@example.com", "verify-blob", "--bundle", "blob.json", "blob").exit());
    Files.writeString(folder.resolve("other"), "other\n");
    assertEquals(1, ours(MAIL, "verify-blob", "--bundle", "blob.json", "other").exit());
  }

  @Test
  void searchesExpressionsAndLooksAtTheWorkflow() throws IOException {
    use(sigstore.rekor());
    run(FakeIssuer.WORKFLOW, "sign-blob", "--bundle", "blob.json", "blob");
    var issuer = sigstore.issuer().url().toString();
    var good =
        List.of(
            "--certificate-identity-regexp",
            "^https://.*$",
            "--certificate-oidc-issuer",
            issuer,
            "--certificate-github-workflow-repository",
            "acme/app",
            "--certificate-github-workflow-trigger=push");

    accepted(verifyBlob(good));
    var loose = verifyBlob(with(good, 1, "http"));
    accepted(loose);
    assertTrue(loose.stderr().contains("is not anchored"), loose::toString);
    assertEquals(1, verifyBlob(with(good, 1, "^http$")).exit());
    assertEquals(1, verifyBlob(with(good, 5, "acme/other")).exit());
    assertEquals(1, verifyBlob(with(good, 3, "https://other")).exit());
  }

  private static List<String> with(List<String> words, int index, String word) {
    var changed = new ArrayList<>(words);
    changed.set(index, word);
    return changed;
  }

  private Peer.Run verifyBlob(List<String> more) {
    var words = new ArrayList<>(List.of("verify-blob", "--trusted-root", "root.json"));
    words.addAll(more);
    words.addAll(List.of("--bundle", "blob.json", "blob"));
    return OurCommand.runIn(folder, Map.of(), words.toArray(String[]::new));
  }

  /// cosign signs with it, and finds out when it verifies.
  @Test
  void refusesACertificateThatNoLogPromisedToPublish() throws IOException {
    use(sigstore.rekor());
    for (var lie : List.of(FakeFulcio.Lie.NO_PROMISE, FakeFulcio.Lie.UNKNOWN_LOG)) {
      sigstore.fulcio().lieNext(lie);
      sign("sign-blob", "--bundle", "lie.json", "blob");

      var refused = ours(MAIL, "verify-blob", "--bundle", "lie.json", "blob");
      assertEquals(1, refused.exit(), refused::toString);
      assertTrue(refused.stderr().contains("to publish the certificate"), refused::toString);
      accepted(ours(MAIL, "verify-blob", "--insecure-ignore-sct", "--bundle", "lie.json", "blob"));
    }
  }

  /// The form of cosign 2: certificate, chain and entry stand in annotations.
  @Test
  void acceptsTheTagFormToo() throws IOException {
    cosign
        .runIn(
            folder,
            olderVariables(),
            "sign",
            "--yes",
            "--new-bundle-format=false",
            "--use-signing-config=false",
            "--identity-token",
            sigstore.issuer().token(MAIL),
            "--oidc-issuer",
            sigstore.issuer().url().toString(),
            "--fulcio-url",
            sigstore.fulcio().url().toString(),
            "--rekor-url",
            sigstore.rekor().url().toString(),
            image)
        .succeeded();

    var verified = ours(MAIL, "verify", image);
    accepted(verified);
    assertTrue(verified.stderr().contains("in tag form"), verified::toString);
    assertTrue(verified.stdout().contains("\"Subject\":\"" + MAIL), verified::toString);
    assertEquals(12, ours("bob@example.com", "verify", image).exit());
  }

  private Map<String, String> olderVariables() throws IOException {
    Files.writeString(folder.resolve("fulcio.pem"), sigstore.fulcio().chainPem());
    Files.writeString(folder.resolve("rekor.pub"), sigstore.rekor().keyPem());
    Files.writeString(folder.resolve("ctfe.pub"), sigstore.fulcio().logKeyPem());
    Files.writeString(folder.resolve("tsa.pem"), sigstore.timestamps().chainPem());
    return Map.of(
        "SIGSTORE_ROOT_FILE", "fulcio.pem",
        "SIGSTORE_REKOR_PUBLIC_KEY", "rekor.pub",
        "SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", "ctfe.pub",
        "SIGSTORE_TSA_CERTIFICATE_FILE", "tsa.pem");
  }

  /// cosign's older variables name the same instance by PEM files.
  @Test
  void takesCosignsOlderVariables() throws IOException {
    use(sigstore.rekor());
    sign("sign-blob", "--bundle", "blob.json", "blob");
    var environment = olderVariables();
    String[] words = {
      "verify-blob",
      "--certificate-identity",
      MAIL,
      "--certificate-oidc-issuer",
      sigstore.issuer().url().toString(),
      "--use-signed-timestamps",
      "--bundle",
      "blob.json",
      "blob"
    };

    accepted(OurCommand.runIn(folder, environment, words));
    try (var stranger = FakeSigstore.start()) {
      Files.writeString(folder.resolve("rekor.pub"), stranger.rekor().keyPem());
      assertEquals(1, OurCommand.runIn(folder, environment, words).exit());
    }
  }

  private void use(FakeLog log) throws IOException {
    Files.writeString(folder.resolve("config.json"), sigstore.signingConfig(log));
  }

  private void sign(String command, String... rest) {
    run(MAIL, command, rest);
  }

  private void run(String who, String command, String... rest) {
    cosign
        .runIn(
            folder,
            Map.of(),
            Stream.concat(
                    Stream.of(
                        command,
                        "--yes",
                        "--identity-token",
                        sigstore.issuer().token(who),
                        "--signing-config",
                        "config.json",
                        "--trusted-root",
                        "root.json"),
                    Stream.of(rest))
                .toArray(String[]::new))
        .succeeded();
  }

  private Peer.Run ours(String identity, String command, String... rest) {
    return OurCommand.runIn(
        folder,
        Map.of(),
        Stream.concat(
                Stream.of(
                    command,
                    "--trusted-root",
                    "root.json",
                    "--certificate-identity",
                    identity,
                    "--certificate-oidc-issuer",
                    sigstore.issuer().url().toString()),
                Stream.of(rest))
            .toArray(String[]::new));
  }

  private static void accepted(Peer.Run run) {
    assertEquals(0, run.exit(), run::toString);
  }
}
