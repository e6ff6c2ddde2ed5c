package dev.countersign.registry;

import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.AddressRule.Strangers;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.testkit.Auth;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  private static final Addresses STRANGERS = new Addresses(new Strangers(), Resolver.SYSTEM);

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, LOOPBACK",
    "127.255.0.1, LOOPBACK",
    "::1, LOOPBACK",
    "::ffff:127.0.0.1, LOOPBACK",
    "::127.0.0.1, LOOPBACK",
    "2002:7f00:1::, LOOPBACK",
    "64:ff9b::7f00:1, LOOPBACK",
    "64:ff9b:1::7f00:1, LOOPBACK",
    "::ffff:0:7f00:1, LOOPBACK",
    "2001:0:1:2:3:4:80ff:fffe, LOOPBACK",
    "2600::5efe:7f00:1, LOOPBACK",
    "169.254.169.254, LINK_LOCAL",
    "::ffff:169.254.169.254, LINK_LOCAL",
    "2002:a9fe:a9fe::1, LINK_LOCAL",
    "64:ff9b::a9fe:a9fe, LINK_LOCAL",
    "fe80::1, LINK_LOCAL",
    "febf::1, LINK_LOCAL",
    "0.0.0.0, SPECIAL",
    "0.1.2.3, SPECIAL",
    "::, SPECIAL",
    "224.0.0.1, SPECIAL",
    "255.255.255.255, SPECIAL",
    "ff02::1, SPECIAL",
    "fd00:ec2::254, SPECIAL",
    "fd20:ce::254, SPECIAL",
    "100.100.100.200, SPECIAL",
    "168.63.129.16, SPECIAL",
    "::ffff:168.63.129.16, SPECIAL",
    "10.0.0.1, ORDINARY",
    "192.168.1.1, ORDINARY",
    "8.8.8.8, ORDINARY",
    "2600::1, ORDINARY",
    "2001:db8::7f00:1, ORDINARY",
    "fd00::1, ORDINARY"
  })
  void knowsWhatAnAddressIs(String address, AddressKind expected) throws Exception {
    assertEquals(expected, AddressKind.of(InetAddress.getByName(address)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "a.localhost",
        "LOCALHOST",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "0xa9fea9fe",
        "[fe80::1]",
        "0",
        "0.0.0.0",
        "[::]",
        "1.2.3.4.5",
        "999.1.1.1",
        "metadata.google.internal"
      })
  void refusesStrangersTheseHosts(String host) {
    var origin = Origin.of(Scheme.HTTPS, host);

    assertFault(Fault.ADDRESS_NOT_ALLOWED, () -> STRANGERS.find(origin, soon()));
    assertFault(Fault.ADDRESS_NOT_ALLOWED, () -> STRANGERS.requireName(origin));
  }

  @Test
  void letsTheOperatorNameHosts() throws Exception {
    var rule = new Strangers(Loopback.REFUSED, Set.of("127.0.0.1:5000", "169.254.1.1:5000"));
    var addresses = new Addresses(rule, Resolver.SYSTEM);

    var found = addresses.find(Origin.of(Scheme.HTTP, "127.0.0.1:5000"), soon());

    assertEquals(1, found.size());
    for (var other : new String[] {"127.0.0.1:5001", "127.0.0.1", "169.254.1.1:5000"}) {
      assertFault(
          Fault.ADDRESS_NOT_ALLOWED, () -> addresses.find(Origin.of(Scheme.HTTP, other), soon()));
    }
  }

  @Test
  void letsLoopbackThroughWhenThatIsAllowed() throws Exception {
    var addresses = new Addresses(new Strangers(Loopback.ALLOWED, Set.of()), Resolver.SYSTEM);

    var found = addresses.find(Origin.of(Scheme.HTTP, "localhost:5000"), soon());

    assertEquals(2, found.size());
    assertFault(
        Fault.ADDRESS_NOT_ALLOWED,
        () -> addresses.find(Origin.of(Scheme.HTTP, "169.254.169.254"), soon()));
  }

  @Test
  void connectsToNobodyWhoIsNotAllowed() throws Exception {
    try (var server = Registries.start(new Auth.None());
        var registry = strangers(Set.of())) {
      assertFault(Fault.ADDRESS_NOT_ALLOWED, () -> registry.resolve(Registries.v1(server), soon()));

      assertTrue(server.requests().isEmpty());
    }
  }

  @Test
  void judgesRedirectsAndRealmsToo() throws Exception {
    try (var inside = new RawServer();
        var server = Registries.start(new Auth.None());
        var registry = strangers(Set.of(server.hostAndPort()))) {
      server.failNext(
          request -> true,
          new dev.countersign.testkit.Fault.RedirectTo(URI.create(inside.url("/"))));
      assertFault(
          Fault.ADDRESS_NOT_ALLOWED, () -> registry.fetchManifest(Registries.v1(server), soon()));

      assertEquals(0, inside.connections());
    }
    var realm = new Auth.Realm.At(URI.create("https://127.0.0.1:1/token"));
    try (var server = Registries.start(new Auth.Bearer("u", "p").withRealm(realm));
        var registry = strangers(Set.of(server.hostAndPort()))) {
      assertFault(
          Fault.ADDRESS_NOT_ALLOWED, () -> registry.fetchManifest(Registries.v1(server), soon()));
    }
  }

  private static InetAddress address(String text) throws UnknownHostException {
    var bytes = InetAddress.getByName(text.replace("::ffff:", "")).getAddress();
    if (!text.startsWith("::ffff:")) {
      return InetAddress.getByAddress(bytes);
    }
    // The only way to make an IPv6 address of a mapped one.
    var mapped = new byte[16];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    System.arraycopy(bytes, 0, mapped, 12, 4);
    return Inet6Address.getByAddress(null, mapped, -1);
  }

  private static Resolver answering(String... addresses) {
    return host -> {
      var found = new ArrayList<InetAddress>();
      for (var text : addresses) {
        found.add(address(text));
      }
      return found;
    };
  }

  @Test
  void keepsOfALookUpOnlyWhatIsAllowed() throws Exception {
    var mixed =
        answering(
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "::ffff:127.0.0.1",
            "::1",
            "fe80::1",
            "0.0.0.0",
            "fd00:ec2::254",
            "2001:db8::1");
    var origin = Origin.of(Scheme.HTTPS, "registry.test");

    var found = new Addresses(new Strangers(), mixed).find(origin, soon());

    assertEquals(List.of(address("10.0.0.1"), address("2001:db8::1")), found);
    var named = new Strangers(Loopback.REFUSED, Set.of("registry.test"));
    var foundByName = new Addresses(named, mixed).find(origin, soon());
    assertFalse(foundByName.contains(address("169.254.169.254")));
    assertFalse(foundByName.contains(address("fe80::1")));
    assertEquals(7, foundByName.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "169.254.169.254", "::"})
  void refusesANameThatLeadsThere(String address) {
    var origin = Origin.of(Scheme.HTTPS, "registry.test");
    var addresses = new Addresses(new Strangers(), answering(address));

    assertFault(Fault.ADDRESS_NOT_ALLOWED, () -> addresses.find(origin, soon()));
  }

  @Test
  void connectsToNobodyThatANameLeadsTo() throws Exception {
    try (var server = new RawServer(RawServer.ok("x"))) {
      var image = Registries.repository("registry.test:" + server.port()).tag("v1");
      for (var address : List.of("127.0.0.1", "::ffff:127.0.0.1")) {
        try (var registry = new RemoteRegistry(options(new Strangers()), answering(address))) {
          assertFault(Fault.ADDRESS_NOT_ALLOWED, () -> registry.resolve(image, soon()));
        }
      }

      assertEquals(0, server.connections());
    }
  }

  @Test
  void connectsToTheAddressThatWasJudged() throws Exception {
    try (var server = new RawServer(RawServer.answer("404 Not Found", ""))) {
      var lookUps = new AtomicInteger();
      // A name server that answers otherwise when it is asked again.
      Resolver rebinding =
          host ->
              lookUps.incrementAndGet() == 1
                  ? List.of(address("169.254.169.254"), address("127.0.0.1"))
                  : List.of(address("169.254.169.254"));
      var rule = new Strangers(Loopback.ALLOWED, Set.of());
      try (var http = new Http(options(rule).connections(), rebinding)) {
        var url = Url.parse("http://registry.test:" + server.port() + "/x");

        assertEquals(404, http.send(Request.get(url, 10), soon()).status());

        assertEquals(1, lookUps.get());
        assertEquals(1, server.connections());
      }
    }
  }

  @Test
  void takesANameThatNobodyKnowsForUnreachable() {
    Resolver nobody =
        host -> {
          throw new UnknownHostException("secret.example");
        };
    try (var registry = new RemoteRegistry(options(new Strangers()), nobody)) {
      var image = Registries.repository("registry.test").tag("v1");

      var problem = assertFault(Fault.UNREACHABLE, () -> registry.resolve(image, soon()));

      assertTrue(problem.endsWith("no such host"), problem);
    }
  }

  @Test
  void endsALookUpAtTheDeadline() {
    var never = new CountDownLatch(1);
    Resolver slow =
        host -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new UnknownHostException(host);
          }
          return List.of();
        };
    try (var registry = new RemoteRegistry(options(new Strangers()), slow)) {
      var image = Registries.repository("registry.test").tag("v1");

      assertFault(Fault.LATE, () -> registry.resolve(image, Registries.veryShort()));
    } finally {
      never.countDown();
    }
  }

  private static RegistryOptions options(AddressRule rule) {
    return Registries.ONCE.withConnections(Connections.DEFAULT.withAddresses(rule));
  }

  private static RemoteRegistry strangers(Set<String> named) {
    return new RemoteRegistry(options(new Strangers(Loopback.REFUSED, named)));
  }
}
