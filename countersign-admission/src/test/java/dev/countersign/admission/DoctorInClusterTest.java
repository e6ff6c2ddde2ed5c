package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.cli.interop.Peer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `doctor` asks a real API server.
class DoctorInClusterTest {
  private static final Path CRDS =
      Path.of("src/test/resources/dev/countersign/admission/crds.yaml");

  @TempDir private static Path folder;
  private static ApiServer server;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start(Files.createDirectory(folder.resolve("server")));
    apply(CRDS);
    server
        .kubectl("wait", "--for=condition=established", "crd", "--all", "--timeout=30s")
        .succeeded();
    server.kubectl("create", "namespace", "countersign").succeeded();
    for (var name :
        List.of("gatekeeper/constrainttemplate.yaml", "gatekeeper/opt-in/assigns.yaml")) {
      apply(Manifest.DEPLOY.resolve(name));
    }
    certs();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void whatIsThereIsJudgedAndWhatIsNotIsMissed() throws Exception {
    assertEquals(List.of("ERROR webhook-missing", "ERROR constraint-missing"), findings(doctor()));

    var url = "{\"spec\":{\"url\":\"https://countersign.countersign.svc:8090/verify\"}}";
    server
        .kubectl("patch", "provider", "countersign", "--type=merge", "--patch=" + url)
        .succeeded();
    assertTrue(findings(doctor()).contains("ERROR provider-url"));

    server.kubectl("delete", "secret", "countersign-tls", "--namespace=countersign").succeeded();
    server.kubectl("create", "--filename=" + otherPair()).succeeded();
    assertTrue(findings(doctor()).contains("ERROR provider-certificate"));

    server.kubectl("delete", "secret", "countersign-tls", "--namespace=countersign").succeeded();
    certs();
    assertEquals(List.of("ERROR webhook-missing", "ERROR constraint-missing"), findings(doctor()));
  }

  @Test
  void whatMayNotBeReadIsSaidAndNotMissed() throws Exception {
    server.kubectl("create", "serviceaccount", "visitor", "--namespace=countersign").succeeded();
    var token = server.kubectl("create", "token", "visitor", "--namespace=countersign");
    var kubeconfig = server.kubeconfig("{token: " + token.succeeded().strip() + "}");

    var run = doctor(kubeconfig);

    assertEquals(1, run.exit(), run::toString);
    assertTrue(findings(run).stream().allMatch("ERROR not-readable"::equals), run.stdout());
    assertTrue(run.stdout().contains("is forbidden"), run.stdout());
  }

  private static Path otherPair() throws Exception {
    var other = Files.createTempDirectory(folder, "other");
    OurCommand.runIn(other, Map.of(), "certs").succeeded();
    return other.resolve("tls-secret.yaml");
  }

  private static void certs() {
    var environment = Map.of("KUBECONFIG", server.kubeconfig().toString());
    OurCommand.runIn(folder, environment, "certs", "--apply").succeeded();
  }

  private static Peer.Run doctor() {
    return doctor(server.kubeconfig());
  }

  private static Peer.Run doctor(Path kubeconfig) {
    return OurCommand.runIn(folder, Map.of("KUBECONFIG", kubeconfig.toString()), "doctor");
  }

  private static List<String> findings(Peer.Run run) {
    return run.stdout()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .map(line -> line.substring(0, line.indexOf(':')))
        .toList();
  }

  private static void apply(Path file) throws Exception {
    server.kubectl("apply", "--filename=" + file.toAbsolutePath()).succeeded();
  }
}
