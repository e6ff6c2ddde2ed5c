package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.FormatException;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(KeyForm.class)
  void servesWithRsaKeysAndChains(KeyForm form) throws Exception {
    var ca = FakeCa.create();
    var identity = ca.intermediate().server(FakeCa.KeyKind.RSA_2048, "localhost");
    var config = TestServer.config(TestServer.write(folder, identity, form));

    try (var server = start(config)) {
      var gatekeeper = new Gatekeeper(Identity.clientContext(ca), server.port());

      assertEquals(
          "nonsense here_invalid",
          gatekeeper.ask("/validate", "nonsense here").error("nonsense here"));
    }
  }

  @Test
  void tellsItsHealth() throws Exception {
    try (var server = TestServer.start()) {
      assertTrue(admin(server, "GET", "/healthz").startsWith("HTTP/1.1 200 "));
      assertTrue(admin(server, "GET", "/readyz").endsWith("{\"status\":\"ready\"}"));
      assertTrue(admin(server, "GET", "/validate").startsWith("HTTP/1.1 404 "));
      assertTrue(admin(server, "POST", "/healthz").startsWith("HTTP/1.1 405 "));
    }
  }

  @Test
  void countsWhatItDoes() throws Exception {
    try (var server = TestServer.start()) {
      var signed = server.signed("acme/signed");
      var unsigned = server.unsigned("acme/unsigned");
      new Gatekeeper(server).ask("/v1/verify", signed, unsigned);
      new Gatekeeper(server).ask("/secret/path");

      var text = admin(server, "GET", "/metrics");

      for (var line :
          new String[] {
            "countersign_decisions_total{outcome=\"allowed\",path=\"/v1/verify\",policy=\"default\",reason=\"verified\"}"
                + " 1.0",
            "countersign_decisions_total{outcome=\"denied\",path=\"/v1/verify\",policy=\"default\","
                + "reason=\"no-signature\"} 1.0",
            "countersign_requests_total{path=\"/v1/verify\",status=\"200\"} 1.0",
            "countersign_requests_total{path=\"other\",status=\"404\"} 1.0",
            "countersign_check_duration_seconds_count{kind=\"verify\"} 2",
            "countersign_checks_running 0.0"
          }) {
        assertTrue(text.contains('\n' + line + '\n'), line + " in " + text);
      }
    }
  }

  @Test
  void refusesToStartWithoutAKeyPair() {
    var config =
        TestServer.config(new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key")));

    var refusal = assertThrows(IOException.class, () -> start(config));

    assertEquals(folder.resolve("tls.crt") + ": no such file", refusal.getMessage());
  }

  @Test
  void refusesToStartWithABadKey() throws Exception {
    var files = TestServer.write(folder, FakeCa.create().loopbackServer(), KeyForm.PKCS8);
    Files.writeString(files.key(), "nonsense");

    assertThrows(FormatException.class, () -> start(TestServer.config(files)));
  }

  @Test
  void refusesToStartOnAPortInUse() throws Exception {
    var files = TestServer.write(folder, FakeCa.create().loopbackServer(), KeyForm.PKCS8);
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var used = new InetSocketAddress(InetAddress.getLoopbackAddress(), other.getLocalPort());
      var config = TestServer.config(files);

      for (var bad :
          new ServerConfig[] {config.withListen(used, free), config.withListen(free, used)}) {
        var refusal = assertThrows(IOException.class, () -> start(bad));

        var expected = "cannot listen on " + used.getHostString() + ':' + used.getPort() + ": ";
        var message = String.valueOf(refusal.getMessage());
        assertTrue(message.startsWith(expected), message);
        assertEquals(1, message.lines().count());
      }
    }
  }

  @Test
  void answersWhatItBeganBeforeItStops() throws Exception {
    try (var server = TestServer.start()) {
      var image = server.signed("acme/last");
      var stall = new Fault.Stall();
      server.registry.failNext(r -> r.path().contains("/last/"), stall);
      var body = Gatekeeper.utf8(Gatekeeper.request(image));
      var gatekeeper = new Gatekeeper(server);
      try (var running = gatekeeper.connect();
          var resting = gatekeeper.connect()) {
        running.send(Gatekeeper.head("POST", "/v1/verify", body.length), body);
        stall.awaitArrival();
        var stopping = Thread.ofVirtual().start(server.server()::close);
        while (!admin(server, "GET", "/readyz").contains("stopping")) {
          Thread.onSpinWait();
        }
        resting.send(Gatekeeper.head("POST", "/v1/verify", body.length), body);
        var refused = resting.receive();
        stall.release();

        assertEquals(
            server.digest("acme/last"), running.receive().value(image).getString("digest"));
        assertEquals(503, refused.status());
        assertEquals("stopping", refused.systemError());
        stopping.join();
        assertThrows(ConnectException.class, gatekeeper::connect);
        server.server().awaitStop();
      }
    }
  }

  @Test
  void answersWhileItDrainsAndEndsConnections() throws Exception {
    try (var server = TestServer.start()) {
      var body = Gatekeeper.utf8(Gatekeeper.request("no image"));
      var head = Gatekeeper.head("POST", "/validate", body.length);
      var gatekeeper = new Gatekeeper(server);
      try (var connection = gatekeeper.connect()) {
        assertEquals(200, connection.exchange(head, body).status());
        var draining = Thread.ofVirtual().start(() -> drain(server));
        while (!admin(server, "GET", "/readyz").contains("draining")) {
          Thread.onSpinWait();
        }

        assertTrue(admin(server, "GET", "/readyz").startsWith("HTTP/1.1 503 "));
        var last = connection.exchange(head, body);

        assertEquals("no image_invalid", last.error("no image"));
        assertEquals("close", last.headers().get("connection"));
        assertTrue(connection.isEnded());
        assertEquals(200, gatekeeper.ask("/validate", "no image").status());
        server.server().close();
        draining.join();
      }
    }
  }

  private static void drain(TestServer server) {
    try {
      server.server().drain(Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void refusesAConfigurationWithoutAPolicy() {
    assertThrows(IllegalArgumentException.class, () -> new Policies(Map.of(), Set.of()));
  }

  private static Server start(ServerConfig config) throws IOException, FormatException {
    return Server.start(config, RegistryOptions.DEFAULT, Loopback.REFUSED);
  }

  private static String admin(TestServer server, String method, String path) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.adminPort())) {
      socket.setSoTimeout(60_000);
      var request =
          method
              + ' '
              + path
              + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(Gatekeeper.utf8(request));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
