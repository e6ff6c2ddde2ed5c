package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.testkit.FakeFulcio;
import dev.countersign.testkit.FakeLog;
import dev.countersign.testkit.FakeSigstore;
import dev.countersign.testkit.FakeTimestampAuthority;
import dev.countersign.testkit.Fault;
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

/// Whatever a service does, nothing is stored that it did not vouch for, and the error says which
/// service it was.
class SigningFaultsTest {
  private static final String MAIL = "alice@example.com";

  @TempDir Path folder;
  private FakeSigstore sigstore;
  private InProcessRegistry registry;
  private List<String> images;

  @BeforeEach
  void start() throws Exception {
    sigstore = FakeSigstore.start();
    registry = InProcessRegistry.start();
    images = List.of(push("one"), push("two"));
    Files.writeString(folder.resolve("config.json"), sigstore.signingConfig(sigstore.rekor()));
  }

  private String push(String text) {
    var content = TestImage.oci(text);
    content.pushTo(registry, "acme/app", text);
    return registry.hostAndPort() + "/acme/app@" + content.digest();
  }

  @AfterEach
  void stop() {
    registry.close();
    sigstore.close();
  }

  private record Case(String name, Runnable cause, String told) {}

  @TestFactory
  Stream<DynamicTest> nothingIsStoredWhenAServiceFailsOrLies() {
    var gone = new Fault.Status(503);
    return Stream.of(
            new Case(
                "the authority is down",
                () -> sigstore.fulcio().service().failAll(request -> true, gone),
                "status 503"),
            new Case(
                "the authority answers endlessly",
                () -> sigstore.fulcio().service().failAll(request -> true, new Fault.EndlessBody()),
                "expected at most"),
            new Case(
                "the authority says no",
                () -> sigstore.fulcio().service().failNext(new Fault.Status(400)),
                "status 400"),
            new Case(
                "the certificate is of another key",
                () -> sigstore.fulcio().lieNext(FakeFulcio.Lie.OTHER_KEY),
                "expected a certificate of the key"),
            new Case(
                "the log is down",
                () -> sigstore.rekor().service().failAll(request -> true, gone),
                "status 503"),
            new Case(
                "the log drops the connection",
                () ->
                    sigstore.rekor().service().failAll(request -> true, new Fault.DropConnection()),
                "connection lost"),
            new Case(
                "the log records something else",
                () -> sigstore.rekor().lieNext(FakeLog.Lie.OTHER_ENTRY),
                "expected the log to record this signature"),
            new Case(
                "the log proves nothing",
                () -> sigstore.rekor().lieNext(FakeLog.Lie.WRONG_PROOF),
                "hashes that lead elsewhere"),
            new Case(
                "the timestamp authority is down",
                () -> sigstore.timestamps().service().failAll(request -> true, gone),
                "status 503"),
            new Case(
                "the timestamp has another nonce",
                () -> sigstore.timestamps().lieNext(FakeTimestampAuthority.Lie.WRONG_NONCE),
                "another nonce"),
            new Case(
                "the timestamp is of something else",
                () -> sigstore.timestamps().lieNext(FakeTimestampAuthority.Lie.WRONG_IMPRINT),
                "one of something else"),
            new Case(
                "the timestamp authority rejects",
                () -> sigstore.timestamps().lieNext(FakeTimestampAuthority.Lie.REJECTION),
                "expected a timestamp that was granted"))
        .map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one)));
  }

  private void check(Case one) throws IOException {
    sigstore.fulcio().service().heal();
    sigstore.rekor().service().heal();
    sigstore.timestamps().service().heal();
    one.cause().run();
    var run = sign("sign", sigstore.issuer().token(MAIL), "--bundle", "b.json", images.getFirst());
    assertRefused(run, one.told());
  }

  private void assertRefused(Peer.Run run, String told) throws IOException {
    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains(told), run::toString);
    assertNothingStored();
  }

  private void assertNothingStored() throws IOException {
    assertEquals(List.of("one", "two"), registry.tags("acme/app"));
    assertFalse(
        registry.requests().stream().anyMatch(logged -> !logged.request().isRead()),
        "nothing was pushed");
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of("config.json"),
          files.map(file -> String.valueOf(file.getFileName())).sorted().toList());
    }
  }

  @Test
  void tokensThatAreRefusedAreNotRepeated() throws Exception {
    var issuer = sigstore.issuer();
    for (var token :
        List.of(issuer.expiredToken(MAIL), issuer.forgedToken(MAIL), issuer.tokenFor(MAIL, "me"))) {
      var run = sign("sign", token, images.getFirst());
      assertRefused(run, "status 400");
      for (var part : token.split("\\.", -1)) {
        assertFalse(run.stderr().contains(part), run::toString);
      }
    }
    assertRefused(sign("sign", "no token", images.getFirst()), "expected an identity token");
  }

  /// The second image's certificate fails: the first is not stored either.
  @Test
  void ofSeveralImagesAllAreSignedOrNone() throws Exception {
    sigstore.rekor().service().failAll(this::isSecondEntry, new Fault.Status(503));
    var words = new ArrayList<>(images);
    var run = sign("sign", sigstore.issuer().token(MAIL), words.toArray(String[]::new));
    assertRefused(run, "status 503");
  }

  private boolean isSecondEntry(dev.countersign.testkit.Request request) {
    return request.path().endsWith("/entries") && sigstore.rekor().size() > 1;
  }

  @Test
  void withoutATokenTheErrorSaysWhatIsThere() throws Exception {
    var run =
        OurCommand.runIn(
            folder, Map.of(), "sign", "--signing-config", "config.json", images.getFirst());
    assertRefused(run, "signing in with a browser is not there");
  }

  @Test
  void aConfigThatNobodyTellsTheTimeInIsRefused() throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        sigstore.signingConfig(List.of(sigstore.tiledLog()), List.of()));
    assertRefused(
        sign("sign", sigstore.issuer().token(MAIL), images.getFirst()), "who tells the time");
  }

  @Test
  void flagsThatContradictEachOtherAreRefused() throws Exception {
    for (var flag : List.of("--rekor-url=http://127.0.0.1:1", "--tlog-upload=false")) {
      assertRefused(
          sign("sign", sigstore.issuer().token(MAIL), flag, images.getFirst()), "got both");
    }
    assertRefused(
        sign(
            "attest",
            sigstore.issuer().token(MAIL),
            "--new-bundle-format=false",
            "--predicate=config.json",
            images.getFirst()),
        "expected bundle form");
  }

  private Peer.Run sign(String command, String token, String... rest) {
    var words =
        new ArrayList<>(
            List.of(command, "--identity-token", token, "--signing-config", "config.json"));
    words.addAll(List.of(rest));
    return OurCommand.runIn(
        folder, Map.of("HOME", folder.toString()), words.toArray(String[]::new));
  }
}
