package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.testkit.FakeFulcio;
import dev.countersign.testkit.FakeLog;
import dev.countersign.testkit.FakeSigstore;
import dev.countersign.testkit.FakeTimestampAuthority;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The fakes are good enough for the real cosign 3: it signs with them and verifies against them,
/// and sees what is wrong when they lie.
class FakeSigstoreInteropTest {
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
  }

  @AfterEach
  void stop() {
    registry.close();
    sigstore.close();
  }

  @TestFactory
  Stream<DynamicTest> cosignSignsImagesAndFilesWithThemAndVerifies() {
    return Stream.of("v1", "v2")
        .map(name -> DynamicTest.dynamicTest(name, () -> signAndVerify(log(name))));
  }

  @TestFactory
  Stream<DynamicTest> cosignRefusesWhatTheyLie() throws Exception {
    Files.writeString(folder.resolve("config.json"), sigstore.signingConfig(sigstore.rekor()));
    Map<String, Runnable> lies =
        Map.of(
            "an unknown authority",
            () -> sigstore.fulcio().lieNext(FakeFulcio.Lie.UNKNOWN_AUTHORITY),
            "a certificate of another key",
            () -> sigstore.fulcio().lieNext(FakeFulcio.Lie.OTHER_KEY),
            "another entry",
            () -> sigstore.rekor().lieNext(FakeLog.Lie.OTHER_ENTRY),
            "a wrong proof",
            () -> sigstore.rekor().lieNext(FakeLog.Lie.WRONG_PROOF),
            "an unknown timestamp authority",
            () -> sigstore.timestamps().lieNext(FakeTimestampAuthority.Lie.UNKNOWN_AUTHORITY),
            "a timestamp of something else",
            () -> sigstore.timestamps().lieNext(FakeTimestampAuthority.Lie.WRONG_IMPRINT));
    return lies.entrySet().stream()
        .map(lie ->
            DynamicTest.dynamicTest(
                lie.getKey(),
                () -> {
                  lie.getValue().run();
                  var run = run("sign-blob", "--bundle", "lie.json", "blob");
                  assertEquals(1, run.exit(), run::toString);
                }));
  }

  /// cosign looks at these promises when it verifies, not when it signs.
  @ParameterizedTest
  @EnumSource(names = {"NO_PROMISE", "UNKNOWN_LOG"})
  void cosignVerifiesNoCertificateThatNoLogPromisedToRecord(FakeFulcio.Lie lie) throws Exception {
    Files.writeString(folder.resolve("config.json"), sigstore.signingConfig(sigstore.rekor()));
    sigstore.fulcio().lieNext(lie);
    run("sign-blob", "--bundle", "lie.json", "blob").succeeded();
    var verified = verifyBlob("lie.json", MAIL);
    assertEquals(1, verified.exit(), verified::toString);
  }

  private FakeLog log(String name) {
    return name.equals("v1") ? sigstore.rekor() : sigstore.tiledLog();
  }

  private void signAndVerify(FakeLog log) throws Exception {
    Files.writeString(folder.resolve("config.json"), sigstore.signingConfig(log));
    var before = log.size();
    run("sign-blob", "--bundle", "blob.json", "blob").succeeded();
    verifyBlob("blob.json", MAIL).succeeded();
    assertEquals(1, verifyBlob("blob.json", "bob@example.com").exit());
    run("sign", image).succeeded();
    verifyImage().succeeded();
    assertEquals(before + 2, log.size());
  }

  private Peer.Run run(String command, String... rest) {
    return cosign.runIn(
        folder,
        Map.of(),
        Stream.concat(
                Stream.of(
                    command,
                    "--yes",
                    "--identity-token",
                    sigstore.issuer().token(MAIL),
                    "--signing-config",
                    "config.json",
                    "--trusted-root",
                    "root.json"),
                Stream.of(rest))
            .toArray(String[]::new));
  }

  private Peer.Run verifyBlob(String bundle, String identity) {
    return cosign.runIn(
        folder,
        Map.of(),
        "verify-blob",
        "--bundle",
        bundle,
        "--trusted-root",
        "root.json",
        "--certificate-identity",
        identity,
        "--certificate-oidc-issuer",
        sigstore.issuer().url().toString(),
        "blob");
  }

  private Peer.Run verifyImage() {
    return cosign.runIn(
        folder,
        Map.of(),
        "verify",
        "--trusted-root",
        "root.json",
        "--certificate-identity",
        MAIL,
        "--certificate-oidc-issuer",
        sigstore.issuer().url().toString(),
        image);
  }
}
