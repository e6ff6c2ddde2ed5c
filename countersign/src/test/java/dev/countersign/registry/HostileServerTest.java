package dev.countersign.registry;

import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.USER;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.repository;
import static dev.countersign.registry.Registries.soon;
import static dev.countersign.registry.Registries.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HostileServerTest {
  private static Tagged tag(RawServer server) {
    return repository(server.hostAndPort()).tag("v1");
  }

  @Test
  void callsAnAnswerThatIsNotHttpBroken() throws Exception {
    for (var answer :
        List.of(
            "HTTP/1.1 000 None\r\n\r\n",
            "HTTP/1.1 -1 None\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
            "HTTP/1.1 200 OK\r\nX: " + "x".repeat(9_000) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(101) + "\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n".repeat(10))) {
      // Asked twice: an answer that is no HTTP might be TLS.
      try (var server = new RawServer(RawServer.ok("x"), answer);
          var registry = new RemoteRegistry(ONCE)) {
        var unused = registry.fetchManifest(tag(server), soon());

        var fault =
            assertThrows(
                RegistryException.class, () -> registry.fetchManifest(tag(server), soon()));
        assertEquals(Fault.BROKEN, fault.fault(), answer);
      }
    }
  }

  @Test
  void survivesRandomAnswers() throws Exception {
    long seed = 7;
    var random = new Random(seed);
    try (var server = new RawServer();
        var registry = new RemoteRegistry(ONCE)) {
      for (int round = 0; round < 200; round++) {
        server.then(RawServer.LAST + mutated(random));
        try {
          var unused = registry.fetchManifest(tag(server), soon());
        } catch (RegistryException e) {
          assertFalse(e.problem().contains("\n"), "seed " + seed + ", round " + round);
        }
      }
    }
  }

  private static String mutated(Random random) {
    var answer =
        new StringBuilder(
            RawServer.ok(
                "{\"errors\":[{\"code\":\"X\"}]}",
                "Docker-Content-Digest: sha256:00",
                "Retry-After: 1",
                "ETag: \"x\"",
                "Content-Type: a/b; c=d",
                "Connection: close"));
    for (int i = random.nextInt(4); i >= 0; i--) {
      answer.setCharAt(random.nextInt(answer.length()), (char) random.nextInt(256));
    }
    return answer.toString();
  }

  @Test
  void goesAlongFiveRedirectsAtMost() throws Exception {
    try (var server = new RawServer();
        var registry = new RemoteRegistry(ONCE)) {
      for (int i = 0; i < 10; i++) {
        server.then(RawServer.answer("307 There", "", "Location: /elsewhere"));
      }

      assertFault(Fault.REFUSED, () -> registry.fetchManifest(tag(server), soon()));

      assertEquals(6, server.requests().size());
    }
  }

  @Test
  void takesNoCredentialsAlongToAnotherOrigin() throws Exception {
    try (var elsewhere = new RawServer(RawServer.ok("x"));
        var server = new RawServer();
        var registry = new RemoteRegistry(with(USER))) {
      server.then(
          RawServer.answer("401 No", "", "WWW-Authenticate: Basic realm=\"r\""),
          RawServer.answer("307 There", "", "Location: " + elsewhere.url("/blob?signature=s")));

      var fetched = registry.fetchManifest(tag(server), soon());

      assertEquals(Bytes.utf8("x"), fetched.get().content().bytes());
      assertTrue(server.requests().get(1).contains("Authorization: Basic"));
      assertFalse(elsewhere.requests().getFirst().contains("Authorization"));
    }
  }

  @Test
  void followsNoRedirectToPlainHttpElsewhereOrToNonsense() throws Exception {
    for (var location :
        List.of("http://example.com/x", "ftp://x/", "file:///etc/passwd", "::", "//", "http://")) {
      try (var server = new RawServer(RawServer.answer("302 There", "", "Location: " + location));
          var registry = new RemoteRegistry(ONCE)) {
        assertFault(Fault.REFUSED, () -> registry.fetchManifest(tag(server), soon()));
      }
    }
  }

  @Test
  void doesNotTakeA404ThatARedirectLedToForAbsence() throws Exception {
    try (var server =
            new RawServer(
                RawServer.answer("302 There", "", "Location: /x"),
                RawServer.answer("404 Gone", ""));
        var registry = new RemoteRegistry(ONCE)) {
      assertFault(Fault.REFUSED, () -> registry.fetchManifest(tag(server), soon()));
    }
  }

  @Test
  void uploadsToAnotherOriginWithoutCredentials() throws Exception {
    try (var elsewhere = new RawServer(RawServer.answer("201 Created", ""));
        var server = new RawServer();
        var registry = new RemoteRegistry(with(USER))) {
      server.then(
          RawServer.answer("401 No", "", "WWW-Authenticate: Basic realm=\"r\""),
          RawServer.answer("404 Not Found", ""),
          RawServer.answer("202 Go", "", "Location: " + elsewhere.url("/up?state=1")));

      registry.pushBlob(tag(server).repository(), Bytes.utf8("x"), soon());

      var put = elsewhere.requests().getFirst();
      assertTrue(put.startsWith("PUT /up?state=1&digest=sha256:"), put);
      assertFalse(put.contains("Authorization"), put);
    }
  }

  @Test
  void showsNoQueryInAMessage() throws Exception {
    try (var server = new RawServer();
        var registry = new RemoteRegistry(ONCE)) {
      server.then(
          RawServer.answer("302 There", "", "Location: /x?signature=secret"),
          RawServer.answer("500 Broken", ""));

      var problem = assertFault(Fault.BROKEN, () -> registry.fetchManifest(tag(server), soon()));

      assertFalse(problem.contains("secret"), problem);
    }
  }

  @Test
  void keepsAConnectionOnlyWhenItMay() throws IOException {
    var absent = RawServer.answer("404 Not Found", "");
    try (var server =
            new RawServer(
                absent,
                absent,
                RawServer.answer("404 Not Found", "", "Connection: close"),
                absent);
        var registry = new RemoteRegistry(ONCE)) {
      for (int i = 0; i < 4; i++) {
        assertTrue(registry.fetchManifest(tag(server), soon()).isEmpty());
      }

      assertEquals(2, server.connections());
    }
  }
}
