package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.TestImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class MutateTest {
  @Test
  void turnsTagsIntoDigestsAndAsksOnce() throws Exception {
    try (var server = TestServer.start()) {
      var tagged = server.unsigned("acme/app");
      TestImage.oci("newest").pushTo(server.registry, "acme/app", "latest");
      var untagged = server.name("acme/app");

      var answer = new Gatekeeper(server).ask("/v1/mutate", tagged, untagged);

      assertEquals("", answer.systemError());
      assertEquals(tagged + '@' + server.digest("acme/app"), answer.text(tagged));
      var latest = server.registry.digest("acme/app", "latest").orElseThrow();
      assertEquals(untagged + ":latest@" + latest, answer.text(untagged));
      assertEquals(List.of("HEAD", "HEAD"), methodsOfManifests(server));
    }
  }

  /// What was pinned is what is verified, whatever the tag names by then.
  @Test
  void aTagThatMovesBetweenMutationAndValidationChangesNothing_CVE_2023_47630() throws Exception {
    try (var server = TestServer.start()) {
      var tagged = server.signed("acme/app");
      var signed = server.digest("acme/app");
      var gatekeeper = new Gatekeeper(server);
      var pinned = gatekeeper.ask("/v1/mutate", tagged).text(tagged);
      TestImage.oci("evil").pushTo(server.registry, "acme/app", "v1");

      var answer = gatekeeper.ask("/v1/verify", pinned, tagged);

      assertEquals(tagged + '@' + signed, pinned);
      assertEquals(signed, answer.value(pinned).getString("digest"));
      assertTrue(answer.error(tagged).startsWith("not signed ("), answer.body());
    }
  }

  @Test
  void returnsWhatItCannotResolveUnchanged() throws Exception {
    try (var server = TestServer.start()) {
      server.unsigned("acme/app");
      var digested = server.name("acme/app") + '@' + server.digest("acme/app");
      var both = server.name("acme/app") + ":v1@" + server.digest("acme/app");
      var keys =
          List.of(
              "",
              "a b",
              "policy=default|nginx",
              digested,
              both,
              server.name("acme/app") + ":absent",
              server.name("acme/nowhere"),
              "169.254.169.254/a/b:1");

      var answer = new Gatekeeper(server).ask("/v1/mutate", keys.toArray(String[]::new));

      assertEquals("", answer.systemError());
      for (var key : keys) {
        assertEquals(key, answer.text(key));
      }
    }
  }

  @Test
  void returnsLoopbackUnchangedUnlessAllowed() throws Exception {
    try (var server = TestServer.start(RegistryOptions.DEFAULT, Loopback.REFUSED)) {
      var image = server.unsigned("acme/app");
      server.registry.forgetRequests();
      var gatekeeper = new Gatekeeper(server);

      assertEquals(image, gatekeeper.ask("/v1/mutate", image).text(image));
      assertTrue(gatekeeper.ask("/v1/verify", image).error(image).contains("address not allowed"));
      assertEquals(image + "_invalid", gatekeeper.ask("/validate", image).error(image));
      assertEquals(List.of(), server.registry.requests());
    }
  }

  @Test
  void leavesOutWhatNobodyCanSayNow() throws Exception {
    try (var server = TestServer.start()) {
      var good = server.unsigned("acme/good");
      var broken = server.unsigned("acme/broken");
      server.registry.failAll(r -> r.path().contains("/broken/"), new Fault.Status(503));

      var answer = new Gatekeeper(server).ask("/v1/mutate", broken, good);

      assertEquals(1, answer.items().size());
      assertEquals(good + '@' + server.digest("acme/good"), answer.text(good));
      assertTrue(answer.systemError().startsWith(broken + ": "), answer.systemError());
      assertTrue(answer.body().contains("\"idempotent\":true"));
    }
  }

  private static List<String> methodsOfManifests(TestServer server) {
    return server.registry.requests().stream()
        .map(logged -> logged.request())
        .filter(request -> request.isManifest())
        .map(request -> request.method())
        .toList();
  }
}
