package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.cli.interop.Peer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `certs --apply` against a real API server, as the account of `deploy/certs` and nobody more.
class CertsInClusterTest {
  private static final Path CRDS =
      Path.of("src/test/resources/dev/countersign/admission/crds.yaml");

  @TempDir private static Path folder;
  private static ApiServer server;
  private static Path kubeconfig;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start(Files.createDirectory(folder.resolve("server")));
    server.kubectl("apply", "--filename=" + CRDS.toAbsolutePath()).succeeded();
    server
        .kubectl("wait", "--for=condition=established", "crd", "--all", "--timeout=30s")
        .succeeded();
    server.kubectl("create", "namespace", "countersign").succeeded();
    var rights = Manifest.DEPLOY.resolve("certs/rbac.yaml").toAbsolutePath();
    server.kubectl("apply", "--filename=" + rights).succeeded();
    var token = server.kubectl("create", "token", "countersign-certs", "--namespace=countersign");
    kubeconfig = server.kubeconfig("{token: " + token.succeeded().strip() + "}");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theTwoRightsSufficeAndGiveNothingElse() throws Exception {
    var run = certs().succeeded();

    assertEquals("", run.stdout());
    assertTrue(
        run.stderr()
            .startsWith(
                """
                Applied: Provider countersign
                Applied: Provider countersign-mutate
                Applied: Secret countersign-tls
                """),
        run.stderr());
    for (var denied :
        List.of(
            List.of("get", "secret", "countersign-tls"),
            List.of("get", "secrets"),
            List.of("create", "secret", "generic", "another"),
            List.of("delete", "secret", "countersign-tls"),
            List.of("get", "pods"),
            List.of("get", "providers"),
            List.of("delete", "provider", "countersign"),
            List.of("annotate", "provider", "another", "a=b"))) {
      var answer = asAccount(denied);
      assertNotEquals(0, answer.exit(), denied::toString);
      assertTrue(answer.output().contains("forbidden"), answer::output);
    }
  }

  @Test
  void aNewCertificateIsBelievedBeforeItIsShownAndTheOldOneAfterwards() throws Exception {
    certs().succeeded();
    var first = certificates();
    var firstShown = shown();

    certs().succeeded();
    var second = certificates();
    var secondShown = shown();
    certs().succeeded();
    var third = certificates();

    firstShown.verify(first.getFirst().getPublicKey());
    firstShown.verify(second.get(1).getPublicKey());
    secondShown.verify(second.getFirst().getPublicKey());
    assertEquals(2, second.size());
    assertEquals(List.of(second.getFirst()), third.subList(1, third.size()));
  }

  @Test
  void whatElseTheObjectsHoldIsKept() throws Exception {
    certs().succeeded();
    server.kubectl("label", "provider", "countersign", "owner=platform").succeeded();
    server
        .kubectl("label", "secret", "countersign-tls", "--namespace=countersign", "owner=platform")
        .succeeded();

    certs().succeeded();

    for (var kind : List.of("provider/countersign", "secret/countersign-tls")) {
      var labels = text(kind, "{.metadata.labels.owner}");
      assertEquals("platform", labels, kind);
    }
  }

  @Test
  void aProviderFromATemplateIsFilledIn() throws Exception {
    server.kubectl("delete", "provider", "--all").succeeded();
    var template = Manifest.DEPLOY.resolve("gatekeeper/provider.yaml").toAbsolutePath();
    server.kubectl("apply", "--filename=" + template).succeeded();

    certs().succeeded();

    assertEquals(1, certificates().size());
  }

  @Test
  void whatIsForbiddenIsSaidWithWhatHelps() throws Exception {
    server.kubectl("create", "serviceaccount", "stranger", "--namespace=countersign").succeeded();
    var token = server.kubectl("create", "token", "stranger", "--namespace=countersign");
    var stranger = server.kubeconfig("{token: " + token.succeeded().strip() + "}");

    var run = certs(stranger);

    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("is forbidden"), run.stderr());
    assertTrue(run.stderr().endsWith("hint: deploy/certs/rbac.yaml has all that this needs\n"));
  }

  private static Peer.Run certs() {
    return certs(kubeconfig);
  }

  private static Peer.Run certs(Path as) {
    return OurCommand.runIn(folder, Map.of("KUBECONFIG", as.toString()), "certs", "--apply");
  }

  private static ApiServer.Run asAccount(List<String> words)
      throws IOException, InterruptedException {
    var all = new ArrayList<>(words);
    all.addAll(List.of("--namespace=countersign", "--kubeconfig=" + kubeconfig));
    return server.kubectl(all.toArray(String[]::new));
  }

  /// What the Provider trusts, the newest first.
  private static List<X509Certificate> certificates() throws Exception {
    return parse(decode(text("provider/countersign", "{.spec.caBundle}")));
  }

  /// What the Pods show.
  private static X509Certificate shown() throws Exception {
    return parse(decode(text("secret/countersign-tls", "{.data.tls\\.crt}"))).getFirst();
  }

  private static String text(String object, String path) throws Exception {
    return server
        .kubectl("get", object, "--namespace=countersign", "--output=jsonpath=" + path)
        .succeeded();
  }

  private static byte[] decode(String text) {
    return Base64.getDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static List<X509Certificate> parse(byte[] pem) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }
}
