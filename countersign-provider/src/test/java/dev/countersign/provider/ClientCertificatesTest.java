package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.FormatException;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificatesTest {
  private static final String GATEKEEPER = "gatekeeper-webhook-service.gatekeeper-system.svc";

  /// The server's own authority vouches for no client.
  private static final FakeCa SERVERS = FakeCa.create();

  private static final FakeCa CLIENTS = FakeCa.create();
  private static final FakeCa ROTATED = FakeCa.create();

  @TempDir private static Path folder;
  private static TlsFiles files;
  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    files = TestServer.write(folder, SERVERS.loopbackServer(), KeyForm.PKCS8);
    server = start("old\n" + CLIENTS.certificatePem() + "new\n" + ROTATED.certificatePem());
  }

  private static Server start(String authorities) throws IOException, FormatException {
    var ca = Files.writeString(folder.resolve("client-ca.crt"), authorities);
    var config = TestServer.config(files.withClients(new ClientCertificates.RequiredFrom(ca)));
    return Server.start(config, RegistryOptions.DEFAULT, Loopback.REFUSED);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answersClientsOfEachAuthority() throws Exception {
    for (var client :
        new Identity[] {
          CLIENTS.webhook(GATEKEEPER),
          CLIENTS.client("somebody"),
          CLIENTS.intermediate().client("somebody"),
          ROTATED.webhook(GATEKEEPER)
        }) {
      assertAnswered(client.context(SERVERS));
      assertAnswered(StubbornClient.tls(client, SERVERS));
    }
  }

  @Test
  void answersNobodyElse() throws Exception {
    assertUnanswered(Identity.clientContext(SERVERS));
    for (var client :
        new Identity[] {
          FakeCa.create().webhook(GATEKEEPER),
          SERVERS.client("a client of the server's own authority"),
          CLIENTS.expiredClient(GATEKEEPER),
          CLIENTS.server(GATEKEEPER)
        }) {
      assertUnanswered(StubbornClient.tls(client, SERVERS));
    }
    assertAnswered(CLIENTS.webhook(GATEKEEPER).context(SERVERS));
  }

  /// Sessions of the old authority's clients are not resumed: the certificate that opened them
  /// counts no more.
  @Test
  void believesTheAuthoritiesThatTheFileHoldsNow() throws Exception {
    var ca = Files.writeString(folder.resolve("rotating.crt"), CLIENTS.certificatePem());
    var config = TestServer.config(files.withClients(new ClientCertificates.RequiredFrom(ca)));
    var old = CLIENTS.webhook(GATEKEEPER).context(SERVERS);
    var fresh = ROTATED.webhook(GATEKEEPER).context(SERVERS);
    try (var rotating = Server.start(config, RegistryOptions.DEFAULT, Loopback.REFUSED)) {
      assertAnswered(old, rotating);
      assertUnanswered(fresh, rotating);

      Files.writeString(ca, CLIENTS.certificatePem() + ROTATED.certificatePem());
      rotating.refresh();
      assertAnswered(old, rotating);
      assertAnswered(fresh, rotating);

      Files.writeString(ca, ROTATED.certificatePem());
      rotating.refresh();
      assertAnswered(fresh, rotating);
      assertUnanswered(old, rotating);

      Files.writeString(ca, "nothing");
      rotating.refresh();
      assertAnswered(fresh, rotating);
      assertUnanswered(old, rotating);
    }
  }

  /// As Gatekeeper's own certificate is made: cert-controller puts its DNS name into subject and
  /// alternative names, and Gatekeeper asks it for both purposes where it has external data.
  @Test
  void answersOnlyClientsOfAGivenName() throws Exception {
    var ca = Files.writeString(folder.resolve("named.crt"), CLIENTS.certificatePem());
    var names = Set.of("other.example", GATEKEEPER.toUpperCase(Locale.ROOT));
    var config =
        TestServer.config(files.withClients(new ClientCertificates.RequiredFrom(ca, names)));
    try (var named = Server.start(config, RegistryOptions.DEFAULT, Loopback.REFUSED)) {
      assertAnswered(CLIENTS.webhook(GATEKEEPER).context(SERVERS), named);
      assertAnswered(CLIENTS.webhook("other.example").context(SERVERS), named);

      for (var client :
          new Identity[] {
            CLIENTS.webhook("gatekeeper-webhook-service.other.svc"),
            CLIENTS.webhook("x." + GATEKEEPER),
            CLIENTS.client(GATEKEEPER),
            CLIENTS.server(GATEKEEPER),
            ROTATED.webhook(GATEKEEPER)
          }) {
        assertUnanswered(StubbornClient.tls(client, SERVERS), named);
      }
    }
  }

  @Test
  void tellsItsHealthToAll() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.adminPort())) {
      socket.setSoTimeout(60_000);
      var request = "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(Gatekeeper.utf8(request));

      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }
  }

  @Test
  void refusesToStartWithoutAnAuthority() {
    var refusal = assertThrows(IOException.class, () -> start("nothing").close());

    var file = folder.resolve("client-ca.crt");
    assertEquals(file + ": expected certificates in PEM, got none", refusal.getMessage());
  }

  private static void assertAnswered(SSLContext client) throws Exception {
    assertAnswered(client, server);
  }

  private static void assertAnswered(SSLContext client, Server by) throws Exception {
    var answer = new Gatekeeper(client, by.port()).ask("/validate", "no image");

    assertEquals("no image_invalid", answer.error("no image"));
  }

  private static void assertUnanswered(SSLContext client) {
    assertUnanswered(client, server);
  }

  /// In TLS 1.3 a client may write before it learns that it is not welcome.
  private static void assertUnanswered(SSLContext client, Server by) {
    var gatekeeper = new Gatekeeper(client, by.port());

    assertThrows(IOException.class, () -> gatekeeper.ask("/validate", "no image"));
  }
}
