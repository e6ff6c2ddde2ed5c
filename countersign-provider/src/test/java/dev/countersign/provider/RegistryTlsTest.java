package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.Certificates;
import dev.countersign.provider.RegistryTlsFiles.Pair;
import dev.countersign.registry.Connections;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files of `--registry-cacert` and `--registry-client-cert`, as they change.
class RegistryTlsTest {
  @TempDir private Path folder;

  @Test
  void believesTheNewAuthorityAndShowsTheNewCertificate() throws Exception {
    var ca = FakeCa.create();
    var client = ca.client("countersign");
    var authority = Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
    var certificate = Files.writeString(folder.resolve("tls.crt"), client.chainPem());
    var key = Files.writeString(folder.resolve("tls.key"), client.keyPem(Identity.KeyForm.PKCS8));
    var files =
        new RegistryTlsFiles(Optional.of(authority), Optional.of(new Pair(certificate, key)));
    try (var registry = InProcessRegistry.start(InProcessOptions.DEFAULT.withMutualTls(ca))) {
      var image =
          TestServer.signed(
              registry,
              "acme/app",
              TestServer.KEY,
              RegistryOptions.DEFAULT.withConnections(
                  Connections.DEFAULT.withTls(
                      Certificates.only(authority).withClient(certificate, key))));
      var stranger = FakeCa.create();
      Files.writeString(authority, stranger.certificatePem());
      try (var server = TestServer.start(files)) {
        var gatekeeper = new Gatekeeper(server);
        assertTrue(gatekeeper.ask("/v1/verify", image).systemError().startsWith(image));

        Files.writeString(authority, ca.certificatePem());
        server.server().refresh();
        var digest = registry.digest("acme/app", "v1").orElseThrow();
        assertEquals(digest, gatekeeper.ask("/v1/verify", image).value(image).getString("digest"));
        double end = ca.certificate().getNotAfter().toInstant().getEpochSecond();
        assertEquals(end, metric(server, "certificate_not_after_seconds{file=\"registry-ca\"}"));

        Files.writeString(certificate, stranger.client("countersign").chainPem());
        server.server().refresh();
        assertEquals(1, metric(server, "configuration_stale{what=\"registry-tls\"}"));
        gatekeeper.ask("/v1/verify", image).value(image);
      }
    }
  }

  private static double metric(TestServer server, String name) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics");
    try (var in = uri.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("countersign_" + name + ' '))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    }
  }
}
