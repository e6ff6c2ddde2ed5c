package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidateTest {
  @Test
  void answersInTheWordsThatTemplatesLookFor() throws Exception {
    try (var server = TestServer.start()) {
      var signed = server.signed("acme/signed");
      var unsigned = server.unsigned("acme/unsigned");
      var stranger = server.signed("acme/stranger", TestServer.OTHER_KEY);
      var absent = server.name("acme/signed") + ":absent";
      var withField = "policy=default|" + signed;

      var answer =
          new Gatekeeper(server)
              .ask("/validate", signed, unsigned, stranger, absent, withField, "", "a b");

      assertEquals("", answer.systemError());
      assertEquals(
          "{\"key\":\"K\",\"value\":\"K_valid\"}".replace("K", signed), json(answer, signed));
      for (var key : List.of(unsigned, stranger, absent, withField, "", "a b")) {
        assertEquals(
            "{\"key\":\"K\",\"error\":\"K_invalid\"}".replace("K", key), json(answer, key));
      }
    }
  }

  @Test
  void leavesOutWhatNobodyCanSayNow() throws Exception {
    try (var server = TestServer.start()) {
      var signed = server.signed("acme/signed");
      var broken = server.signed("acme/broken");
      server.registry.failAll(r -> r.path().contains("/broken/"), new Fault.Status(500));

      var answer = new Gatekeeper(server).ask("/validate", broken, signed);

      assertEquals(1, answer.items().size());
      assertEquals(signed + "_valid", answer.text(signed));
      assertTrue(answer.systemError().startsWith(broken + ": "), answer.systemError());
    }
  }

  private static String json(Gatekeeper.Answer answer, String key) throws Exception {
    var item = answer.item(key).orElseThrow();
    return new String(item.toBytes().toArray(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
