package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.FakeFulcio;
import dev.countersign.testkit.FakeLog;
import dev.countersign.testkit.FakeSigstore;
import dev.countersign.testkit.FakeTimestampAuthority;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Each lie of each service, told to each command that signs: it ends with 1, says what was wrong,
/// and nothing is stored and no file written. With `--trusted-root` the signatures of the services
/// are verified, too.
class SigningLiesTest {
  private static final String MAIL = "alice@example.com";

  @TempDir static Path folder;
  private static FakeSigstore sigstore;
  private static InProcessRegistry registry;
  private static String image;

  @BeforeAll
  static void start() throws Exception {
    sigstore = FakeSigstore.start();
    registry = InProcessRegistry.start();
    var content = TestImage.oci("one");
    content.pushTo(registry, "acme/app", "v1");
    image = registry.hostAndPort() + "/acme/app@" + content.digest();
    Files.writeString(folder.resolve("root.json"), sigstore.trustedRoot());
    Files.writeString(folder.resolve("v1.json"), sigstore.signingConfig(sigstore.rekor()));
    Files.writeString(folder.resolve("v2.json"), sigstore.signingConfig(sigstore.tiledLog()));
    Files.writeString(folder.resolve("blob"), "content\n");
    Files.writeString(folder.resolve("predicate"), "{\"a\":1}");
    Files.writeString(
        folder.resolve("statement"),
        """
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"blob","digest":{"sha256":\
        "434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53"}}],\
        "predicateType":"https://e.x/y","predicate":{}}\
        """);
  }

  @AfterAll
  static void stop() {
    registry.close();
    sigstore.close();
  }

  private record Lie(String name, Runnable cause, String told) {}

  private static Stream<Lie> lies(FakeLog log) {
    return Stream.of(
        ofFulcio(FakeFulcio.Lie.OTHER_KEY, "expected a certificate of the key"),
        ofFulcio(FakeFulcio.Lie.OTHER_IDENTITY, "expected a certificate for whom the token names"),
        ofFulcio(FakeFulcio.Lie.NO_PROMISE, "certificate-not-logged"),
        ofFulcio(FakeFulcio.Lie.UNKNOWN_LOG, "certificate-not-logged"),
        ofFulcio(FakeFulcio.Lie.UNKNOWN_AUTHORITY, "untrusted-certificate"),
        ofLog(log, FakeLog.Lie.OTHER_ENTRY, "expected the log to record this signature"),
        ofLog(log, FakeLog.Lie.WRONG_PROOF, "hashes that lead elsewhere"),
        ofLog(log, FakeLog.Lie.OTHER_KEY, "log-refuted"),
        ofTime(FakeTimestampAuthority.Lie.WRONG_NONCE, "another nonce"),
        ofTime(FakeTimestampAuthority.Lie.WRONG_IMPRINT, "one of something else"),
        ofTime(FakeTimestampAuthority.Lie.UNKNOWN_AUTHORITY, "not-timestamped"),
        ofTime(FakeTimestampAuthority.Lie.REJECTION, "expected a timestamp that was granted"));
  }

  private static Lie ofFulcio(FakeFulcio.Lie lie, String told) {
    return new Lie("certificate: " + lie, () -> sigstore.fulcio().lieNext(lie), told);
  }

  private static Lie ofLog(FakeLog log, FakeLog.Lie lie, String told) {
    return new Lie("log: " + lie, () -> log.lieNext(lie), told);
  }

  private static Lie ofTime(FakeTimestampAuthority.Lie lie, String told) {
    return new Lie("timestamp: " + lie, () -> sigstore.timestamps().lieNext(lie), told);
  }

  private static Stream<List<String>> commands(String version) {
    var tagForm = List.of("sign", "--new-bundle-format=false", "--output-signature=out", image);
    return Stream.concat(
        version.equals("v1") ? Stream.of(tagForm) : Stream.of(),
        Stream.of(
            List.of("sign", "--bundle=out", image),
            List.of("attest", "--predicate=predicate", "--bundle=out", image),
            List.of("sign-blob", "--bundle=out", "blob"),
            List.of("attest-blob", "--predicate=predicate", "--bundle=out", "blob"),
            List.of("sign-bundle", "--bundle=out", "blob"),
            List.of("sign-bundle", "--in-toto", "--bundle=out", "statement")));
  }

  @TestFactory
  Stream<DynamicTest> nothingIsStoredOfWhatAServiceLiedAbout() {
    return Stream.of("v1", "v2")
        .flatMap(version ->
            lies(version.equals("v1") ? sigstore.rekor() : sigstore.tiledLog())
                .flatMap(lie ->
                    commands(version)
                        .map(words ->
                            DynamicTest.dynamicTest(
                                version + ", " + lie.name() + ", " + String.join(" ", words),
                                () -> assertRefused(version, lie, words)))));
  }

  private static void assertRefused(String version, Lie lie, List<String> words)
      throws IOException {
    var all = new ArrayList<>(words);
    all.addAll(
        1,
        List.of(
            "--identity-token",
            sigstore.issuer().token(MAIL),
            "--signing-config",
            version + ".json",
            "--trusted-root",
            "root.json"));
    lie.cause().run();
    var run = OurCommand.runIn(folder, Map.of(), all.toArray(String[]::new));

    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains(lie.told()), run::toString);
    assertEquals(List.of("v1"), registry.tags("acme/app"));
    assertFalse(
        registry.requests().stream().anyMatch(logged -> !logged.request().isRead()),
        "nothing was pushed");
    assertFalse(Files.exists(folder.resolve("out")), "no file was written");
  }
}
