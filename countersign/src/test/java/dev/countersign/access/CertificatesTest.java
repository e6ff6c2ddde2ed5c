package dev.countersign.access;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.registry.Connections;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryException;
import dev.countersign.registry.TlsSource;
import dev.countersign.registry.WebFiles;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity.KeyForm;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Transport;
import dev.countersign.testkit.Transport.ClientCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
  private static final FakeCa CA = FakeCa.create();
  private static final FakeCa OTHER = FakeCa.create();

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static InProcessRegistry start(SSLContext context, ClientCertificate client)
      throws IOException {
    var transport = new Transport.Https(context, client);
    return InProcessRegistry.start(InProcessOptions.DEFAULT.withTransport(transport));
  }

  private static Bytes fetch(TlsSource tls, InProcessRegistry server) throws IOException {
    try (var web = new WebFiles(Connections.DEFAULT.withTls(tls))) {
      return web.fetch(
          "https://" + server.hostAndPort() + "/v2/",
          1_024,
          Deadline.after(Duration.ofSeconds(20)));
    }
  }

  private static void assertTrusts(FakeCa ca, TlsSource tls) throws IOException {
    try (var server = start(ca.loopbackServer().serverContext(), ClientCertificate.NOT_ASKED)) {
      assertTrue(fetch(tls, server).size() > 0);
    }
  }

  private static void assertDistrusts(FakeCa ca, TlsSource tls) throws IOException {
    try (var server = start(ca.loopbackServer().serverContext(), ClientCertificate.NOT_ASKED)) {
      assertThrows(RegistryException.class, () -> fetch(tls, server));
    }
  }

  @Test
  void believesTheFileThatStandsAloneAndNobodyElse() throws IOException {
    var only = Certificates.only(write("ca.pem", CA.certificatePem()));

    assertTrusts(CA, only);
    assertDistrusts(OTHER, only);
  }

  @Test
  void readsSeveralCertificatesBetweenCommentsAndBadOnes() throws IOException {
    var text =
        "# caf\u00e9\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
            + CA.certificatePem()
            + "more\n"
            + OTHER.certificatePem();
    var only = Certificates.only(write("ca.pem", text));

    assertTrusts(CA, only);
    assertTrusts(OTHER, only);
  }

  @Test
  void takesTheFileAndTheFolderThatVariablesName() throws IOException {
    var file = write("ca.pem", CA.certificatePem());
    write("certs/other.pem", OTHER.certificatePem());
    var certs = folder.resolve("certs").toString();

    var byFile = Certificates.system(new Environment(Map.of("SSL_CERT_FILE", file.toString())));
    var byFolder = Certificates.system(new Environment(Map.of("SSL_CERT_DIR", certs)));

    assertTrusts(CA, byFile);
    assertDistrusts(OTHER, byFile);
    assertTrusts(OTHER, byFolder);
    assertDistrusts(CA, byFolder);
  }

  @Test
  void believesTheSystemByDefault() throws IOException {
    assertDistrusts(CA, Certificates.system(new Environment(Map.of())));
  }

  @Test
  void saysWhichFileHoldsNone() throws IOException {
    for (var file : new Path[] {write("empty.pem", "nothing"), folder.resolve("absent.pem")}) {
      var thrown = assertThrows(IOException.class, () -> Certificates.only(file).load());

      assertTrue(String.valueOf(thrown.getMessage()).contains(file.toString()), thrown::getMessage);
    }
  }

  @Test
  void believesAnybodyWhenToldTo() throws IOException {
    var server = OTHER.server("elsewhere.example").serverContext();
    try (var registry = start(server, ClientCertificate.NOT_ASKED)) {
      assertTrue(fetch(Certificates.insecureAny(), registry).size() > 0);
    }
  }

  @Test
  void showsAClientCertificateWithItsChain() throws IOException {
    var authorities = write("ca.pem", CA.certificatePem());
    var client = CA.intermediate().client("me");
    var certificate = write("client.pem", client.chainPem());
    for (var form : KeyForm.values()) {
      var key = write("client.key", client.keyPem(form));
      try (var server = start(CA.loopbackServer().context(CA), ClientCertificate.REQUIRED)) {
        var only = Certificates.only(authorities);

        assertTrue(fetch(only.withClient(certificate, key), server).size() > 0);
        assertThrows(RegistryException.class, () -> fetch(only, server));
      }
    }
  }
}
