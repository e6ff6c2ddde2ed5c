package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.testkit.FakeApiServer;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Request;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What an API server that fails makes of the commands that ask one: a line, advice, and nothing
/// half done.
class ClusterFaultsTest {
  private static final Predicate<Request> WRITES = request -> !request.isRead();
  private static final String SECRET = "/api/v1/namespaces/keys/secrets/signing";
  private static final String PROVIDERS = "/apis/externaldata.gatekeeper.sh/v1beta1/providers/";

  @TempDir Path folder;
  private FakeApiServer server;

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start();
    Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static List<Arguments> badAnswers() {
    return List.of(
        badAnswer(
            FakeApiServer.refusal(403, "Forbidden", "secrets \"signing\" is forbidden"),
            "secrets \"signing\" is forbidden",
            "give whoever runs this that right"),
        badAnswer(
            FakeApiServer.refusal(401, "Unauthorized", "Unauthorized"),
            "Unauthorized",
            "log in again"),
        badAnswer(
            FakeApiServer.refusal(500, "InternalError", "etcdserver: leader changed"),
            "etcdserver: leader changed",
            "the API server is busy or not well"),
        badAnswer(
            new Fault.Status(502, Map.of(), "<html>token\n</html>"),
            "expected an API server's answer, got HTTP status 502",
            "the API server is busy or not well"),
        badAnswer(
            new Fault.Status(404, Map.of(), "<html>nothing here</html>"),
            "expected an API server's answer, got HTTP status 404",
            "make first what is not found"),
        badAnswer(
            new Fault.Status(200, Map.of(), "<html>welcome</html>"),
            "expected JSON, got",
            "see that the kubeconfig's server is an API server"),
        badAnswer(
            new Fault.Status(200, Map.of(), "[]"),
            "expected a JSON object, got an array",
            "see that the kubeconfig's server is an API server"),
        badAnswer(new Fault.Truncate(9), "no whole answer of https://127.0.0.1:", "see that"),
        badAnswer(new Fault.DropConnection(), "no whole answer of https://127.0.0.1:", "see that"),
        badAnswer(
            new Fault.Dribble(Duration.ofSeconds(1)),
            "expected an answer of https://127.0.0.1:",
            "see that the kubeconfig's server is right"));
  }

  private static Arguments badAnswer(Fault fault, String problem, String advice) {
    return Arguments.of(fault, problem, advice);
  }

  @ParameterizedTest
  @MethodSource("badAnswers")
  void aBadAnswerIsALineThatSaysWhatCameAndWhatToDo(Fault fault, String problem, String advice) {
    makeKey().succeeded();
    server.service().failAll(request -> true, fault);

    var run = run("public-key", "--key", "k8s://keys/signing", "--timeout", "4s");

    assertFailure(run, "Error: cannot read " + SECRET + ": " + problem, "hint: " + advice);
  }

  @Test
  void aServerThatIsBusyForAMomentIsAskedAgain() throws Exception {
    var busy = FakeApiServer.refusal(503, "ServiceUnavailable", "try again");
    server.service().failNext(WRITES, busy);
    server.service().failNext(WRITES, Fault.Status.tooManyRequests(0));

    makeKey().succeeded();

    var kept = server.object(SECRET).orElseThrow();
    assertTrue(kept.contains("cosign.key") && kept.contains("cosign.pub"));
  }

  @Test
  void whatSendsElsewhereIsNotFollowed() throws Exception {
    try (var elsewhere = InProcessRegistry.start()) {
      server
          .service()
          .failAll(request -> true, new Fault.RedirectTo(elsewhere.uri().resolve("/a")));

      var run = run("public-key", "--key", "k8s://keys/signing");

      assertFailure(run, "Error: cannot read " + SECRET + ": expected an API server's", "hint: ");
      assertEquals(List.of(), elsewhere.requests());
    }
  }

  @Test
  void aSecretWithoutAKeyIsNamed() {
    server.service().failAll(request -> true, new Fault.Status(200, Map.of(), "{\"data\":{}}"));

    var run = run("sign", "--key", "k8s://keys/signing", "127.0.0.1:1/app:v1");

    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("expected cosign.key in the Secret k8s://keys/signing"));
  }

  @Test
  void aKeyThatCouldNotBeKeptIsNowhere() {
    server.service().failAll(WRITES, FakeApiServer.refusal(500, "InternalError", "no space"));

    var run = makeKey();

    assertFailure(run, "Error: cannot write /api/v1/namespaces/keys/secrets: no space", "hint: ");
    assertTrue(server.object(SECRET).isEmpty());
    assertFalse(Files.exists(folder.resolve("cosign.pub")));
  }

  @Test
  void aKeyWhoseAnswerIsLostIsWholeAndNotWrittenOver() {
    server.service().failNext(WRITES, new Fault.LoseReply());

    var run = makeKey();

    assertFailure(run, "Error: cannot write ", "hint: another change came first: look at what is");
    assertTrue(run.stderr().contains("secrets \"signing\" already exists"), run.stderr());
    run("public-key", "--key", "k8s://keys/signing").succeeded();
    assertFailure(makeKey(), "Error: user declined the prompt", "");
  }

  @Test
  void ofTwoWhoWriteOneSecretTheSecondIsRefused() throws Exception {
    makeSecret();
    var stall = new Fault.Stall();
    server.service().failNext(WRITES, stall);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(this::makeKey);
      stall.awaitArrival();
      makeSecret();
      var before = server.object(SECRET);
      stall.release();

      assertFailure(
          first.get(), "Error: cannot write " + SECRET, "hint: another change came first");
      assertEquals(before, server.object(SECRET));
    }
  }

  private void makeSecret() throws Exception {
    server.put(SECRET, "{\"metadata\":{\"name\":\"signing\"},\"data\":{\"other\":\"YQ==\"}}");
  }

  static IntStream writesOfARun() {
    return IntStream.range(0, 5);
  }

  @ParameterizedTest
  @MethodSource("writesOfARun")
  void whereverARenewalEndsTheCertificateShownIsBelieved(int good) throws Exception {
    renew().succeeded();

    failAfter(good);

    renew().succeeded();
    assertBelieved(shown());
  }

  @Test
  void howeverOftenTheSecretIsRefusedTheCertificateShownIsBelieved() throws Exception {
    renew().succeeded();

    for (int run = 0; run < 6; run++) {
      failAfter(2);
    }
  }

  private void failAfter(int good) throws Exception {
    var writes = new AtomicInteger();
    server
        .service()
        .failAll(
            WRITES.and(request -> writes.getAndIncrement() >= good),
            FakeApiServer.refusal(422, "Invalid", "not today"));
    var shownBefore = shown();

    var failed = renew();

    server.service().heal();
    assertFailure(failed, "Error: cannot write /api", "hint: ");
    assertTrue(failed.stderr().contains("not today"), failed.stderr());
    assertBelieved(shownBefore);
    assertBelieved(shown());
  }

  @Test
  void ofTwoRenewalsAtOnceOneIsRefusedAndTheOtherIsWhole() throws Exception {
    renew().succeeded();
    var stall = new Fault.Stall();
    server.service().failNext(WRITES, stall);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(this::renew);
      stall.awaitArrival();
      renew().succeeded();
      stall.release();

      assertFailure(first.get(), "Error: cannot write " + PROVIDERS, "hint: another change came");
    }
    assertBelieved(shown());
  }

  @Test
  void aRenewalThatIsWholeForgetsWhatWasShownLongAgo() throws Exception {
    for (int i = 0; i < 4; i++) {
      renew().succeeded();
    }

    assertEquals(2, authorities("countersign").size());
  }

  @Test
  void doctorSaysWhatItCouldNotSeeAndIsNotContent() {
    renew().succeeded();
    server
        .service()
        .failAll(
            request -> request.path().contains("webhookconfigurations"),
            FakeApiServer.refusal(403, "Forbidden", "webhooks are forbidden"));

    var run = run("doctor");

    assertEquals(1, run.exit());
    assertTrue(run.stdout().contains("ERROR not-readable: ValidatingWebhookConfiguration: "));
    assertTrue(run.stdout().contains("webhooks are forbidden"));
    assertFalse(run.stdout().contains("webhook-missing"), run.stdout());
  }

  @Test
  void doctorOfNoClusterIsOneLine() {
    server.service().failAll(request -> true, new Fault.DropConnection());

    assertFailure(run("doctor"), "Error: cannot read /version: no whole answer", "hint: see that");
  }

  private Peer.Run makeKey() {
    return run("generate-key-pair", "k8s://keys/signing");
  }

  private Peer.Run renew() {
    return run("certs", "--apply");
  }

  private Peer.Run run(String... words) {
    var environment = Map.of("KUBECONFIG", "kubeconfig", "COSIGN_PASSWORD", "secret");
    return OurCommand.runIn(folder, environment, words);
  }

  /// @param advice how the line of advice begins; empty if there is none
  private static void assertFailure(Peer.Run run, String problem, String advice) {
    assertEquals(1, run.exit(), run::toString);
    assertEquals("", run.stdout());
    var lines = run.stderr().lines().dropWhile(line -> !line.startsWith("Error: ")).toList();
    assertEquals(advice.isEmpty() ? 1 : 2, lines.size(), run.stderr());
    assertTrue(lines.getFirst().startsWith(problem), run.stderr());
    assertTrue(lines.getLast().startsWith(advice), run.stderr());
    assertFalse(run.stderr().contains(FakeApiServer.TOKEN), run.stderr());
  }

  /// Gatekeeper believes who shows it, by both Providers.
  private void assertBelieved(X509Certificate shown) throws Exception {
    for (var provider : List.of("countersign", "countersign-mutate")) {
      assertTrue(
          authorities(provider).stream().anyMatch(authority -> signed(authority, shown)), provider);
    }
  }

  private static boolean signed(X509Certificate authority, X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private List<X509Certificate> authorities(String provider) throws Exception {
    return certificates(object(PROVIDERS + provider).getObject("spec").getString("caBundle"));
  }

  private X509Certificate shown() throws Exception {
    var secret = object("/api/v1/namespaces/countersign/secrets/countersign-tls");
    return certificates(secret.getObject("data").getString("tls.crt")).getFirst();
  }

  private JsonObject object(String path) throws Exception {
    return JsonValue.parseObject(Bytes.utf8(server.object(path).orElseThrow()));
  }

  private static List<X509Certificate> certificates(String base64) throws Exception {
    var pem = new ByteArrayInputStream(Base64Text.decode(base64).toArray());
    return CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
        .map(X509Certificate.class::cast)
        .toList();
  }
}
