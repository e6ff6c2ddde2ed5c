package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.Fault;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StalledRegistryTest {
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  /// Less than three deadlines, and room enough for a slow machine.
  private static final Duration LESS_THAN_THREE = Duration.ofSeconds(8);

  @ParameterizedTest
  @ValueSource(strings = {"/validate", "/v1/verify", "/v1/mutate"})
  void waitsOnceForAnImageThatHangsAndAnswersOthers(String path) throws Exception {
    try (var server = TestServer.start(DEADLINE)) {
      var good = server.signed("acme/good");
      var hanging = server.signed("acme/hanging");
      server.registry.failAll(r -> r.path().contains("/hanging/"), new Fault.Stall());
      var gatekeeper = new Gatekeeper(server);

      assertTimeoutPreemptively(
          LESS_THAN_THREE,
          () -> {
            for (int i = 0; i < 3; i++) {
              var answer = gatekeeper.ask(path, hanging, good);

              assertEquals(200, answer.status());
              assertTrue(
                  answer.systemError().startsWith(hanging + ": still checking ["),
                  answer.systemError());
              assertTrue(answer.item(good).isPresent(), answer.body());
              assertEquals(1, answer.items().size());
            }
          });
    }
  }

  @Test
  void answersOnceTheRegistryDoes() throws Exception {
    try (var server = TestServer.start(Duration.ofSeconds(20))) {
      var image = server.signed("acme/slow");
      var stall = new Fault.Stall();
      server.registry.failNext(r -> r.path().contains("/slow/"), stall);
      var gatekeeper = new Gatekeeper(server);

      try (var first = gatekeeper.connect();
          var second = gatekeeper.connect()) {
        var body = Gatekeeper.utf8(Gatekeeper.request(image));
        first.send(Gatekeeper.head("POST", "/v1/verify", body.length), body);
        stall.awaitArrival();
        second.send(Gatekeeper.head("POST", "/v1/verify", body.length), body);
        stall.release();

        assertEquals(server.digest("acme/slow"), first.receive().value(image).getString("digest"));
        assertEquals(server.digest("acme/slow"), second.receive().value(image).getString("digest"));
      }
    }
  }
}
