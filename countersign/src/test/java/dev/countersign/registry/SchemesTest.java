package dev.countersign.registry;

import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.SECRET;
import static dev.countersign.registry.Registries.USER;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.digested;
import static dev.countersign.registry.Registries.repository;
import static dev.countersign.registry.Registries.soon;
import static dev.countersign.registry.Registries.startHttps;
import static dev.countersign.registry.Registries.v1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Fault.Stall;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.LoggedRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemesTest {
  private static final FakeCa CA = FakeCa.create();

  private static RegistryOptions trusting(FakeCa ca) {
    return ONCE.withConnections(Connections.DEFAULT.withTls(() -> Identity.clientContext(ca)));
  }

  @Test
  void findsOutThatALoopbackPortSpeaksTls() throws Exception {
    try (var server = startHttps(CA.loopbackServer(), new Auth.None());
        var registry = new RemoteRegistry(trusting(CA))) {
      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
    }
  }

  @Test
  void showsCredentialsOverTlsOnceThatIsFound() throws Exception {
    for (var auth : List.of(new Auth.Basic("user", SECRET), new Auth.Bearer("user", SECRET))) {
      try (var server = startHttps(CA.loopbackServer(), auth);
          var registry =
              new RemoteRegistry(trusting(CA).withCredentials((repository, deadline) -> USER))) {
        assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
      }
    }
  }

  @Test
  void refusesACertificateOfAnotherCaOrNameOrTime() throws Exception {
    for (var identity :
        List.of(
            FakeCa.create().loopbackServer(),
            CA.server("example.com"),
            CA.expiredServer("127.0.0.1"))) {
      try (var server = startHttps(identity, new Auth.None());
          var registry =
              new RemoteRegistry(
                  ONCE.withConnections(
                      trusting(CA).connections().withPlainHttp(PlainHttp.INSECURE_ALLOWED)))) {
        var problem = assertFault(Fault.TLS, () -> registry.resolve(v1(server), soon()));

        assertTrue(problem.contains("certificate"), problem);
        assertEquals(List.of(), server.requests());
      }
    }
  }

  @Test
  void believesAServerThatTellsBy400ThatItWantsTls() throws Exception {
    var wantsTls = RawServer.answer("400 Bad Request", "The plain HTTP request was sent to TLS");
    try (var server = new RawServer(wantsTls);
        var registry = new RemoteRegistry(ONCE)) {
      // It does not speak TLS, so what it said over plain HTTP stands.
      assertFault(
          Fault.REFUSED,
          () -> registry.fetchManifest(repository(server.hostAndPort()).tag("v1"), soon()));

      assertEquals(2, server.connections());
    }
  }

  @Test
  void asksALoopbackRegistryByNameAndAddress() throws Exception {
    try (var server = Registries.start(new Auth.None());
        var registry = new RemoteRegistry(ONCE)) {
      for (var host : List.of("localhost", "registry.localhost", "127.0.0.1")) {
        var name = repository(host + ':' + server.port()).tag("v1");

        assertTrue(registry.resolve(name, soon()).isPresent(), host);
      }
    }
  }

  @Test
  void namesThePlainFaultWhenALoopbackPortIsClosed() throws Exception {
    var server = Registries.start(new Auth.None());
    server.close();
    try (var registry = new RemoteRegistry(ONCE)) {
      var problem = assertFault(Fault.UNREACHABLE, () -> registry.resolve(v1(server), soon()));

      assertTrue(problem.contains("http://127.0.0.1"), problem);
      assertTrue(problem.contains("refused"), problem);
    }
  }

  @Test
  void showsNoCredentialsBeforeTheSchemeIsKnown() throws Exception {
    try (var server = startHttps(CA.loopbackServer(), new Auth.Basic("user", SECRET));
        var registry =
            new RemoteRegistry(trusting(CA).withCredentials((repository, deadline) -> USER))) {
      registry.resolve(v1(server), soon());

      var shown =
          server.requests().stream()
              .map(LoggedRequest::request)
              .map(r -> r.isAuthorized())
              .toList();
      assertEquals(List.of(false, true), shown);
    }
  }

  @Test
  void classifiesWhoMayBeAskedOverPlainHttp() {
    for (var host : List.of("localhost", "a.localhost:80", "127.9.9.9", "[::1]:5000")) {
      assertTrue(Origin.of(Scheme.HTTP, host).isLoopback(), host);
    }
    for (var host :
        List.of("localhost.example.com", "notlocalhost", "128.0.0.1", "[::2]", "10.0.0.1")) {
      assertFalse(Origin.of(Scheme.HTTP, host).isLoopback(), host);
    }
  }

  private static RegistryOptions insecure() {
    return ONCE.withConnections(
        trusting(CA).connections().withPlainHttp(PlainHttp.INSECURE_ALLOWED));
  }

  private static Tagged named(int port) {
    return repository("registry.test:" + port).tag("v1");
  }

  @Test
  void speaksPlainHttpToOthersOnlyWhenThatIsAllowed() throws Exception {
    try (var server = new RawServer(RawServer.answer("404 Not Found", ""))) {
      // A look-up that leads to loopback makes no loopback registry of it.
      try (var registry = new RemoteRegistry(ONCE, Registries.LOOPBACK)) {
        assertFault(Fault.TLS, () -> registry.resolve(named(server.port()), soon()));

        assertEquals(1, server.connections());
        assertEquals(List.of(), server.requests());
      }
      try (var registry = new RemoteRegistry(insecure(), Registries.LOOPBACK)) {
        assertTrue(registry.resolve(named(server.port()), soon()).isEmpty());

        assertEquals(3, server.connections());
        assertEquals(1, server.requests().size());
      }
    }
  }

  @Test
  void showsCredentialsOverPlainHttpWhereThatIsAllowedAndFound() throws Exception {
    // This server meets a TLS handshake with silence: it waits for the end of a line.
    try (var server = Registries.start(new Auth.Basic("user", SECRET));
        var registry =
            new RemoteRegistry(
                insecure().withCredentials((repository, deadline) -> USER), Registries.LOOPBACK)) {
      var deadline = Deadline.after(Duration.ofSeconds(4));

      assertTrue(registry.resolve(named(server.port()), deadline).isPresent());
    }
  }

  @Test
  void asksOthersOverTlsThoughPlainHttpIsAllowed() throws Exception {
    try (var server = startHttps(CA.server("registry.test"), new Auth.None());
        var front = Relay.silentToPlain(server.port());
        var registry = new RemoteRegistry(insecure(), Registries.LOOPBACK)) {
      assertTrue(registry.resolve(named(front.port()), soon()).isPresent());

      assertEquals(List.of("TLS"), front.heads());
    }
  }

  @Test
  void neverSpeaksPlainHttpAfterACertificateErrorOrAnAlert() throws Exception {
    var mutual = InProcessOptions.DEFAULT.withMutualTls(CA);
    for (var server :
        List.of(
            startHttps(FakeCa.create().server("registry.test"), new Auth.None()),
            startHttps(CA.server("other.test"), new Auth.None()),
            startHttps(CA.expiredServer("registry.test"), new Auth.None()),
            Registries.start(mutual))) {
      try (server;
          var front = Relay.silentToPlain(server.port());
          var registry = new RemoteRegistry(insecure(), Registries.LOOPBACK)) {
        assertFault(Fault.TLS, () -> registry.resolve(named(front.port()), soon()));

        assertEquals(List.of("TLS"), front.heads());
      }
    }
  }

  @Test
  void namesTheSecureFaultWhenAnotherHostsPortIsClosed() throws Exception {
    var server = Registries.start(new Auth.None());
    server.close();
    try (var registry = new RemoteRegistry(insecure(), Registries.LOOPBACK)) {
      var problem =
          assertFault(Fault.UNREACHABLE, () -> registry.resolve(named(server.port()), soon()));

      assertTrue(problem.contains("https://registry.test"), problem);
      assertTrue(problem.contains("refused"), problem);
    }
  }

  @Test
  void findsOutThatASilentLoopbackPortSpeaksTls() throws Exception {
    try (var server = startHttps(CA.loopbackServer(), new Auth.None());
        var front = Relay.silentToPlain(server.port());
        var registry = new RemoteRegistry(trusting(CA))) {
      var image = repository("127.0.0.1:" + front.port()).tag("v1");

      assertTrue(registry.resolve(image, soon()).isPresent());
      assertTrue(registry.fetchManifest(image, soon()).isPresent());

      assertEquals(2, front.heads().size());
      assertTrue(front.heads().getFirst().startsWith("HEAD /v2/"));
      assertEquals("TLS", front.heads().getLast());
    }
  }

  @Test
  void waitsForALoopbackPortThatSpeaksPlainHttpSlowly() throws Exception {
    try (var server = Registries.start(new Auth.None());
        var registry = new RemoteRegistry(ONCE)) {
      server.failNext(request -> true, new Stall());

      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
    }
  }
}
