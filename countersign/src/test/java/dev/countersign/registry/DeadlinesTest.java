package dev.countersign.registry;

import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.repository;
import static dev.countersign.registry.Registries.soon;
import static dev.countersign.registry.Registries.veryShort;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Content;
import dev.countersign.registry.ContentStore.Precondition;
import dev.countersign.registry.RegistryException.Fault;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final RegistryOptions PATIENT = ONCE.withRetry(new Retry(3, Duration.ofMillis(1)));

  /// A port whose connections nobody ever reads.
  private static ServerSocket deaf() throws Exception {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @Test
  void endsATlsHandshakeWithAPeerThatSaysNothing() throws Exception {
    try (var server = deaf();
        var files = new WebFiles(Connections.DEFAULT)) {
      var url = "https://127.0.0.1:" + server.getLocalPort() + "/";

      assertFault(Fault.LATE, () -> files.fetch(url, 10, veryShort()));
    }
  }

  @Test
  void endsATunnelThatTheProxyNeverOpens() throws Exception {
    try (var proxy = deaf()) {
      for (var scheme : List.of("http", "https")) {
        var url = scheme + "://127.0.0.1:" + proxy.getLocalPort();
        var connections = Connections.DEFAULT.withProxies(ProxyRules.parse("", url, ""));
        try (var registry = new RemoteRegistry(ONCE.withConnections(connections))) {
          var image = repository("registry.test").tag("v1");

          assertFault(Fault.LATE, () -> registry.resolve(image, veryShort()));
        }
      }
    }
  }

  @Test
  void endsAWriteToAPeerThatDoesNotRead() throws Exception {
    var moreThanAnyBufferHolds = Bytes.copyOf(new byte[32 << 20]);
    try (var peer = deaf();
        var server =
            new RawServer(
                RawServer.answer("404 Not Found", ""),
                RawServer.answer(
                    "202 Go", "", "Location: http://127.0.0.1:" + peer.getLocalPort() + "/up"));
        var registry = new RemoteRegistry(ONCE)) {
      var repository = repository(server.hostAndPort());

      // Long enough to hash the bytes and to ask twice.
      assertFault(
          Fault.LATE,
          () ->
              registry.pushBlob(
                  repository, moreThanAnyBufferHolds, Deadline.after(Duration.ofSeconds(3))));

      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void doesNotSendTwiceWhatChangesSomething() throws Exception {
    try (var server = new RawServer(RawServer.SILENCE, RawServer.SILENCE);
        var registry = new RemoteRegistry(ONCE)) {
      var target = repository(server.hostAndPort()).tag("v1");
      var content = new Content(Registries.IMAGE.mediaType(), Registries.manifest());

      assertFault(
          Fault.LATE,
          () -> registry.pushManifest(target, content, new Precondition.None(), veryShort()));

      assertEquals(1, server.connections());
    }
  }

  @Test
  void doesNotWaitForATimePastTheDeadline() throws Exception {
    var inADay = date(Duration.ofDays(1));
    for (var wait : List.of("3600", "999999999", inADay, "Fri, 31 Dec 9999 23:59:59 GMT")) {
      for (var status : List.of("429 Slowly", "408 Late")) {
        try (var server =
                new RawServer(
                    RawServer.answer(status, "", "Retry-After: " + wait), RawServer.ok("x"));
            var registry = new RemoteRegistry(PATIENT)) {
          var image = repository(server.hostAndPort()).tag("v1");

          assertFault(Fault.OVERLOADED, () -> registry.fetchManifest(image, soon()));

          assertEquals(1, server.requests().size(), wait);
        }
      }
    }
  }

  @Test
  void asksAgainAtOnceWhenTheTimeToWaitForIsPastOrNone() throws Exception {
    var aDayAgo = date(Duration.ofDays(-1));
    for (var wait : List.of("0", aDayAgo, "Thu, 01 Jan 1970 00:00:00 GMT", "soon", "-1", "1e9")) {
      try (var server =
              new RawServer(
                  RawServer.answer("429 Slowly", "", "Retry-After: " + wait), RawServer.ok("x"));
          var registry = new RemoteRegistry(PATIENT)) {
        var image = repository(server.hostAndPort()).tag("v1");

        var fetched = registry.fetchManifest(image, soon());

        assertEquals(Bytes.utf8("x"), fetched.get().content().bytes(), wait);
      }
    }
  }

  private static String date(Duration fromNow) {
    return ZonedDateTime.now(ZoneOffset.UTC)
        .plus(fromNow)
        .format(DateTimeFormatter.RFC_1123_DATE_TIME);
  }
}
