package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.Fault;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailingRegistryTest {
  @Test
  void leavesARegistryAloneThatFailsAndSaysSo() throws Exception {
    try (var server = TestServer.start()) {
      var image = server.signed("acme/app");
      var gatekeeper = new Gatekeeper(server);
      server.registry.failAll(request -> true, new Fault.Status(503));
      for (int i = 0; i < 10; i++) {
        var answer = gatekeeper.ask("/v1/verify", image);
        assertEquals(List.of(), answer.items(), answer.body());
      }
      server.registry.forgetRequests();

      var answer = gatekeeper.ask("/v1/verify", image);

      var said = answer.systemError();
      assertEquals(200, answer.status());
      assertEquals(List.of(), answer.items());
      assertTrue(said.startsWith(image + ": "), said);
      assertTrue(said.contains(server.registry.hostAndPort() + " is failing since 20"), said);
      assertTrue(said.contains("; it is tried again in "), said);
      assertTrue(
          metrics(server)
              .contains(
                  "countersign_registry_circuit_open{registry=\""
                      + server.registry.hostAndPort()
                      + "\"} 1.0\n"));
      assertTrue(server.registry.requests().size() <= 1, "at most a probe");
    }
  }

  private static String metrics(TestServer server) throws Exception {
    var url = URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics").toURL();
    try (var body = url.openStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
