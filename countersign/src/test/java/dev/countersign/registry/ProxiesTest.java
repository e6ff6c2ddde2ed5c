package dev.countersign.registry;

import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.SECRET;
import static dev.countersign.registry.Registries.USER;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.repository;
import static dev.countersign.registry.Registries.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessRegistry;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;

class ProxiesTest {
  private static final FakeCa CA = FakeCa.create();
  private static final ServerSocketFactory PLAIN = ServerSocketFactory.getDefault();
  private static final Tagged IMAGE = repository("registry.test").tag("v1");

  /// The proxy is to look names up.
  private static final Resolver NOBODY =
      host -> {
        throw new UnknownHostException(host);
      };

  private static InProcessRegistry secured(Auth auth) throws Exception {
    return Registries.startHttps(CA.server("registry.test"), auth);
  }

  private static ServerSocketFactory secure(Identity identity) {
    return identity.serverContext().getServerSocketFactory();
  }

  private static RegistryOptions through(String http, String https, String except)
      throws Exception {
    return ONCE.withConnections(
        Connections.DEFAULT
            .withTls(() -> Identity.clientContext(CA))
            .withProxies(ProxyRules.parse(http, https, except)));
  }

  private static RegistryOptions insecure(RegistryOptions options) {
    return options.withConnections(options.connections().withPlainHttp(PlainHttp.INSECURE_ALLOWED));
  }

  @Test
  void speaksTlsThroughATunnelThatItKeeps() throws Exception {
    try (var server = secured(new Auth.Basic("user", SECRET));
        var proxy = Relay.proxy(PLAIN, server.port())) {
      var options = through("", "http://me:pass%20word@127.0.0.1:" + proxy.port(), "");
      try (var registry =
          new RemoteRegistry(options.withCredentials((repository, deadline) -> USER), NOBODY)) {
        assertTrue(registry.resolve(IMAGE, soon()).isPresent());
        assertTrue(registry.resolve(IMAGE, soon()).isPresent());
      }

      assertEquals(1, proxy.heads().size());
      var head = proxy.heads().getFirst();
      assertTrue(head.startsWith("CONNECT registry.test:443 HTTP/1.1\r\n"), head);
      assertTrue(head.contains("\r\nHost: registry.test\r\n"), head);
      assertTrue(head.contains("\r\nProxy-Authorization: Basic bWU6cGFzcyB3b3Jk\r\n"), head);
      assertFalse(head.contains("\r\nAuthorization:"), head);
    }
  }

  @Test
  void speaksTlsToAProxyThatWantsIt() throws Exception {
    try (var server = secured(new Auth.None());
        var proxy = Relay.proxy(secure(CA.loopbackServer()), server.port());
        var registry =
            new RemoteRegistry(through("", "https://127.0.0.1:" + proxy.port(), ""), NOBODY)) {
      assertTrue(registry.resolve(IMAGE, soon()).isPresent());

      assertTrue(proxy.heads().getFirst().startsWith("CONNECT registry.test:443"));
    }
  }

  @Test
  void tellsTheProxysCertificateFromTheRegistrys() throws Exception {
    try (var server = secured(new Auth.None());
        var proxy = Relay.proxy(secure(CA.server("other.test")), server.port());
        var registry =
            new RemoteRegistry(through("", "https://127.0.0.1:" + proxy.port(), ""), NOBODY)) {
      var problem = assertFault(Fault.TLS, () -> registry.resolve(IMAGE, soon()));

      assertTrue(problem.startsWith("proxy https://127.0.0.1:" + proxy.port()), problem);
      assertTrue(problem.contains("certificate not trusted"), problem);
      assertEquals(List.of(), server.requests());
    }
    try (var server = Registries.startHttps(CA.server("other.test"), new Auth.None());
        var proxy = Relay.proxy(PLAIN, server.port());
        var registry =
            new RemoteRegistry(through("", "http://127.0.0.1:" + proxy.port(), ""), NOBODY)) {
      var problem = assertFault(Fault.TLS, () -> registry.resolve(IMAGE, soon()));

      assertTrue(problem.startsWith("HEAD https://registry.test/"), problem);
    }
  }

  @Test
  void goesAroundTheProxyWhereThatIsSaid() throws Exception {
    try (var server = secured(new Auth.None());
        var proxy = Relay.proxy(PLAIN, server.port())) {
      var url = "http://127.0.0.1:" + proxy.port();
      try (var registry =
          new RemoteRegistry(through(url, url, "registry.test"), Registries.LOOPBACK)) {
        var image = repository("registry.test:" + server.port()).tag("v1");

        assertTrue(registry.resolve(image, soon()).isPresent());

        assertEquals(List.of(), proxy.heads());
      }
    }
  }

  @Test
  void asksAProxyOverPlainHttpWhenTheRegistrySpeaksNoTls() throws Exception {
    for (var secured : List.of(true, false)) {
      try (var server = Registries.start(new Auth.Basic("user", SECRET));
          var proxy = Relay.proxy(secured ? secure(CA.loopbackServer()) : PLAIN, server.port())) {
        var url = (secured ? "https" : "http") + "://me:too@127.0.0.1:" + proxy.port();
        var options = insecure(through(url, "", ""));
        try (var registry =
            new RemoteRegistry(
                options.withCredentials((repository, deadline) -> USER), Registries.LOOPBACK)) {
          var image = repository("registry.test:" + server.port()).tag("v1");

          // This server meets a TLS handshake with silence.
          var deadline = Deadline.after(Duration.ofSeconds(4));
          assertTrue(registry.resolve(image, deadline).isPresent());

          var head = proxy.heads().getFirst();
          assertTrue(head.startsWith("HEAD http://registry.test:" + server.port() + "/v2/"), head);
          assertTrue(head.contains("\r\nProxy-Authorization: Basic bWU6dG9v\r\n"), head);
        }
      }
    }
  }

  @Test
  void saysThatTheProxyIsAwayAndDoesNotGoAroundIt() throws Exception {
    var closed = new RawServer();
    closed.close();
    try (var server = new RawServer(RawServer.ok("x"))) {
      var options = insecure(through("", "http://" + closed.hostAndPort(), ""));
      try (var registry = new RemoteRegistry(options, Registries.LOOPBACK)) {
        var image = repository("registry.test:" + server.port());

        var problem =
            assertFault(Fault.UNREACHABLE, () -> registry.resolve(image.tag("v1"), soon()));

        assertEquals("proxy http://" + closed.hostAndPort() + ": connection refused", problem);
        assertEquals(0, server.connections());
      }
    }
  }

  @Test
  void showsNoCredentialsToALinkLocalAddressBehindAProxy() throws Exception {
    var challenge = RawServer.answer("401 No", "", "WWW-Authenticate: Basic realm=\"r\"");
    try (var server = new RawServer(challenge, RawServer.ok("x"));
        var proxy = Relay.proxy(PLAIN, server.port())) {
      var options = insecure(through("http://127.0.0.1:" + proxy.port(), "", ""));
      try (var http = new Http(options.connections())) {
        var request = Request.get(Url.parse("http://169.254.169.254/token"), 10);

        assertEquals(401, http.send(request, soon()).status());
        var problem =
            assertFault(
                Fault.UNAUTHORIZED,
                () -> http.send(request.with(Request.AUTHORIZATION, "Basic x"), soon()));

        assertTrue(problem.contains("link-local"), problem);
        assertEquals(1, server.requests().size());
      }
    }
    try (var server = Registries.startHttps(CA.server("169.254.1.1"), new Auth.Basic("u", SECRET));
        var proxy = Relay.proxy(PLAIN, server.port())) {
      var options = through("", "http://127.0.0.1:" + proxy.port(), "");
      try (var registry =
          new RemoteRegistry(options.withCredentials((repository, deadline) -> USER))) {
        var image = repository("169.254.1.1").tag("v1");

        var problem = assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(image, soon()));

        assertTrue(problem.contains("link-local"), problem);
        assertEquals(1, server.requests().size());
      }
    }
  }
}
