package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.CredentialSource;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrySecretOnTheWireTest {
  @TempDir private Path folder;

  @Test
  void isShownToTheNamedHostAndToNoOtherThatAsks() throws Exception {
    Files.writeString(folder.resolve("username"), "robot\n");
    Files.writeString(folder.resolve("password"), "pass word\n");
    try (var named = locked();
        var other = locked()) {
      var options =
          RegistryOptions.DEFAULT.withCredentials(
              RegistrySecret.over(CredentialSource.ANONYMOUS, folder, Set.of(named.hostAndPort())));
      var mine = TestServer.signed(named, "acme/mine", TestServer.KEY, options);
      try (var server = TestServer.start(options, Loopback.ALLOWED)) {
        var theirs = other.hostAndPort() + "/acme/theirs:v1";

        var answer = new Gatekeeper(server).ask("/v1/verify", mine, theirs);

        var digest = named.digest("acme/mine", "v1").orElseThrow();
        assertEquals(digest, answer.value(mine).getString("digest"), answer.body());
        assertTrue(answer.item(theirs).isEmpty(), answer.body());
        assertTrue(answer.systemError().startsWith(theirs + ": "), answer.systemError());
        assertFalse(other.requests().isEmpty());
        for (var request : other.requests()) {
          assertEquals(401, request.status());
          assertTrue(request.header("Authorization").isEmpty(), request::toString);
        }
        assertFalse(answer.body().contains("pass word"), answer.body());
      }
    }
  }

  /// A registry that asks everybody for the same password.
  private static InProcessRegistry locked() throws IOException {
    return InProcessRegistry.start(
        InProcessOptions.DEFAULT.withAuth(new Auth.Basic("robot", "pass word")));
  }
}
