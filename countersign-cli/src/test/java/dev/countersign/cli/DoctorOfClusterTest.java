package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.testkit.FakeApiServer;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `doctor` finds out by asking the Providers themselves.
class DoctorOfClusterTest {
  private static final String PROVIDER =
      "/apis/externaldata.gatekeeper.sh/v1beta1/providers/countersign";

  private final FakeCa ca = FakeCa.create();

  @TempDir Path folder;
  private FakeApiServer server;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start();
    Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whoShowsACertificateOfTheCaBundleIsReachable() throws IOException {
    try (var provider = somethingThatSpeaksTls()) {
      providerAt("127.0.0.1:" + provider.port(), ca);

      assertFound("provider-unreachable", false);
    }
  }

  @Test
  void whoShowsAnotherCertificateIsNot() throws IOException {
    try (var provider = somethingThatSpeaksTls()) {
      providerAt("127.0.0.1:" + provider.port(), FakeCa.create());

      assertFound("provider-unreachable", true);
    }
  }

  @Test
  void whoIsNotThereIsNot() {
    providerAt("127.0.0.1:1", ca);

    assertFound("provider-unreachable", true);
  }

  @Test
  void aNameThatOnlyTheClusterKnowsIsNotTried() {
    providerAt("countersign.countersign.invalid:8090", ca);

    assertFound("provider-unreachable", false);
  }

  private InProcessRegistry somethingThatSpeaksTls() throws IOException {
    return InProcessRegistry.start(InProcessOptions.DEFAULT.withHttps(ca));
  }

  private void providerAt(String hostAndPort, FakeCa believed) {
    server.put(
        PROVIDER,
        "{\"metadata\":{\"name\":\"countersign\"},\"spec\":{\"url\":\"https://%s/v1/verify\",\"caBundle\":\"%s\"}}"
            .formatted(hostAndPort, Base64Text.encode(Bytes.utf8(believed.certificatePem()))));
  }

  private void assertFound(String finding, boolean wanted) {
    var run = doctor();

    assertTrue(run.stderr().contains(" errors, "), run::toString);
    assertEquals(wanted, run.stdout().contains(' ' + finding + ": "), run::toString);
  }

  private Peer.Run doctor() {
    return OurCommand.runIn(folder, Map.of("KUBECONFIG", "kubeconfig"), "doctor");
  }
}
