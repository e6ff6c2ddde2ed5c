package dev.countersign.registry;

import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Repository;
import dev.countersign.registry.AddressRule.Strangers;
import dev.countersign.registry.RegistryException.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyRulesTest {
  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, false",
    "example.com, a.example.com, false",
    "example.com, notexample.com, true",
    ".example.com, example.com, true",
    ".example.com, a.example.com, false",
    "*.example.com, a.example.com, false",
    "*.example.com, example.com, true",
    "EXAMPLE.com, example.com, false",
    "example.com:5000, example.com:5000, false",
    "example.com:5000, example.com, true",
    "10.0.0.0/8, 10.1.2.3, false",
    "10.0.0.0/8, 11.1.2.3, true",
    "10.0.0.0/8, ten.example, true",
    "192.0.2.1, 192.0.2.1, false",
    "192.0.2.1:443, 192.0.2.1, false",
    "192.0.2.1:444, 192.0.2.1, true",
    "2001:db8::/33, [2001:db8:7fff::1], false",
    "2001:db8::/33, [2001:db8:8000::1], true",
    "2001:db8::1, [2001:db8::1], false",
    "'[2001:db8::1]:5000', '[2001:db8::1]:5000', false",
    "*, example.com, false",
    "'a.example , b.example', b.example, false",
    "'', example.com, true",
    "'', localhost:5000, false",
    "'', x.localhost, false",
    "'', 127.0.0.9, false",
    "'', [::1], false"
  })
  void decidesAsGoDoes(String noProxy, String host, boolean proxied) throws FormatException {
    var rules = ProxyRules.parse("", "http://proxy.example:3128", noProxy);

    assertEquals(proxied, rules.find(Origin.of(Scheme.HTTPS, host)).isPresent());
  }

  @Test
  void takesTheProxyOfTheScheme() throws FormatException {
    var rules = ProxyRules.parse("plain.example", "https://secure.example", "");

    assertEquals(
        "http://plain.example",
        rules.find(Origin.of(Scheme.HTTP, "a.example")).get().origin().toString());
    assertEquals(
        "https://secure.example",
        rules.find(Origin.of(Scheme.HTTPS, "a.example")).get().origin().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://a", "http://u:secret@", "://secret", "http://u:%zz@a:1"})
  void refusesWhatIsNoProxyWithoutShowingIt(String proxy) {
    var thrown = assertThrows(FormatException.class, () -> ProxyRules.parse("", proxy, ""));

    assertFalse(thrown.problem().contains("secret"), thrown.problem());
    assertTrue(thrown.problem().contains("HTTPS_PROXY"), thrown.problem());
  }

  @Test
  void survivesHostileInput() {
    var origin = Origin.of(Scheme.HTTPS, "a.example");
    HostileInput.attackText(
        5,
        text -> {
          var unused = ProxyRules.parse(text, "", text).find(origin);
        },
        "http://user:secret@proxy.example:3128",
        "10.0.0.0/8,.example.com:5000,[::1]:7,*.a");
  }

  @Test
  void asksTheProxyForATunnelByName() throws Exception {
    try (var proxy = new RawServer(RawServer.answer("403 Forbidden", ""))) {
      var rules = ProxyRules.parse("", "http://user:s%20ecret@" + proxy.hostAndPort(), "");
      var connections = Connections.DEFAULT.withProxies(rules).withAddresses(new Strangers());
      try (var registry = new RemoteRegistry(ONCE.withConnections(connections))) {
        var image = new Repository("nowhere.invalid", "a/b").tag("v1");

        var problem = assertFault(Fault.UNREACHABLE, () -> registry.resolve(image, soon()));

        assertTrue(problem.contains("the proxy answered 403"), problem);
        var asked = proxy.requests().getFirst();
        assertTrue(asked.startsWith("CONNECT nowhere.invalid:443 HTTP/1.1"), asked);
        assertTrue(asked.contains("Proxy-Authorization: Basic dXNlcjpzIGVjcmV0"), asked);
      }
    }
  }

  @Test
  void namesTheWholeUrlToAProxyOfPlainHttp() throws Exception {
    try (var proxy = new RawServer(RawServer.HANG_UP, RawServer.ok("x"))) {
      var url = "http://" + proxy.hostAndPort();
      var connections =
          Connections.DEFAULT
              .withProxies(ProxyRules.parse(url, url, ""))
              .withPlainHttp(PlainHttp.INSECURE_ALLOWED);
      try (var registry = new RemoteRegistry(ONCE.withConnections(connections))) {
        var image = new Repository("nowhere.invalid:5000", "a/b").tag("v1");

        // The tunnel for TLS is hung up on.
        assertFault(Fault.UNREACHABLE, () -> registry.fetchManifest(image, soon()));
      }
      try (var http = new Http(connections)) {
        var answer = http.send(Request.get(Url.parse("http://nowhere.invalid//a?b"), 10), soon());

        assertEquals(200, answer.status());
        var asked = proxy.requests().getLast();
        assertTrue(asked.startsWith("GET http://nowhere.invalid//a?b HTTP/1.1"), asked);
      }
    }
  }

  @Test
  void judgesTheNameBeforeItAsksTheProxy() throws Exception {
    try (var proxy = new RawServer()) {
      var rules = ProxyRules.parse("", "http://" + proxy.hostAndPort(), "");
      var connections = Connections.DEFAULT.withProxies(rules).withAddresses(new Strangers());
      try (var registry = new RemoteRegistry(ONCE.withConnections(connections))) {
        var image = new Repository("169.254.169.254", "a/b").tag("v1");

        assertFault(Fault.ADDRESS_NOT_ALLOWED, () -> registry.resolve(image, soon()));

        assertEquals(0, proxy.connections());
      }
    }
  }
}
