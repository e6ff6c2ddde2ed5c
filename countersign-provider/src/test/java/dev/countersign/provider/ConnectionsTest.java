package dev.countersign.provider;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.TlsKeyPair;
import dev.countersign.provider.Front.Limits;
import dev.countersign.provider.Gatekeeper.Connection;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients can do with connections: Gatekeeper up to 3.21 opens one for each call and leaves
/// it.
class ConnectionsTest {
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration NEVER = Duration.ofHours(1);

  private final FakeCa ca = FakeCa.create();
  private final RemoteRegistry client = new RemoteRegistry(RegistryOptions.DEFAULT);
  private final AtomicInteger turnedAway = new AtomicInteger();
  @TempDir private Path folder;
  private TlsFiles files;
  private @Nullable Front front;

  @BeforeEach
  void write() throws Exception {
    files = TestServer.write(folder, ca.loopbackServer(), KeyForm.PKCS8);
  }

  @AfterEach
  void close() {
    if (front != null) {
      front.close();
    }
    client.close();
  }

  private Gatekeeper open(Limits limits) throws Exception {
    var metrics = new Metrics();
    var policies = Policies.of(TestServer.requirement(TestServer.KEY.publicKey()));
    var provider =
        Provider.of(
            TestServer.config(files), () -> policies, client, metrics, DecisionLog.silent());
    var tls = ServerTls.of(TlsKeyPair.read(files.certificate(), files.key()));
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var opened =
        Front.open(
            free, tls, new ProviderHandler(provider, metrics), limits, turnedAway::incrementAndGet);
    front = opened;
    return new Gatekeeper(Identity.clientContext(ca), opened.port());
  }

  private static void assertAnswered(Connection connection) throws Exception {
    var body = Gatekeeper.utf8(Gatekeeper.request("no image"));
    var answer = connection.exchange(Gatekeeper.head("POST", "/validate", body.length), body);

    assertEquals("no image_invalid", answer.error("no image"));
  }

  /// Only a whole handshake shows the server's certificate.
  @Test
  void resumesSessions() throws Exception {
    open(Limits.of(SOON));
    var shown = new AtomicInteger();
    var tls = SSLContext.getInstance("TLSv1.3");
    tls.init(null, new TrustManager[] {new Counting(shown)}, null);
    var gatekeeper = new Gatekeeper(tls, requireNonNull(front).port());

    for (int i = 0; i < 5; i++) {
      assertEquals("no image_invalid", gatekeeper.ask("/validate", "no image").error("no image"));
    }

    assertEquals(1, shown.get());
  }

  @Test
  void endsConnectionsThatRest() throws Exception {
    var gatekeeper = open(new Limits(100, 100, SOON, SOON, 2, NEVER));
    try (var connection = gatekeeper.connect()) {
      assertAnswered(connection);

      assertTrue(connection.isEnded());
    }
  }

  @Test
  void endsThemSoonerWhenTheyAreMany() throws Exception {
    var gatekeeper = open(new Limits(3, 100, NEVER, SOON, 2, NEVER));
    var left = new ArrayList<Connection>();
    try {
      for (int i = 0; i < 10; i++) {
        var connection = gatekeeper.connect();
        left.add(connection);
        assertAnswered(connection);
      }

      assertTrue(left.getFirst().isEnded());
    } finally {
      closeAll(left);
    }
  }

  @Test
  void acceptsNoMoreThanItHasRoomForUntilOthersEnd() throws Exception {
    var gatekeeper = open(new Limits(100, 3, NEVER, SOON, 2, NEVER));
    var left = new ArrayList<Connection>();
    try {
      for (int i = 0; i < 8; i++) {
        var connection = gatekeeper.connect();
        left.add(connection);
        assertAnswered(connection);
      }
    } finally {
      closeAll(left);
    }
  }

  @Test
  void endsConnectionsWhoseHandshakeCannotBeginInTime() throws Exception {
    var gatekeeper = open(new Limits(100, 100, NEVER, NEVER, 0, Duration.ofMillis(1)));

    assertThrows(IOException.class, gatekeeper::connect);
    assertEquals(1, turnedAway.get());
  }

  /// One at a time, and each leaves its turn to the next.
  @Test
  void beginsEachHandshakeInItsTurn() throws Exception {
    var gatekeeper = open(new Limits(100, 100, NEVER, NEVER, 1, NEVER));
    var left = new ArrayList<Connection>();
    try {
      for (int i = 0; i < 3; i++) {
        var connection = gatekeeper.connect();
        left.add(connection);
        assertAnswered(connection);
        assertAnswered(connection);
      }
    } finally {
      closeAll(left);
    }
    assertEquals(0, turnedAway.get());
  }

  /// More of them than there are threads of the system.
  @Test
  void answersOthersWhileClientsAreSlow() throws Exception {
    var gatekeeper = open(Limits.of(SOON));
    var slow = new ArrayList<Connection>();
    try {
      for (int i = 0; i < 300; i++) {
        var connection = gatekeeper.connect();
        slow.add(connection);
        connection.send(
            Gatekeeper.head("POST", "/validate", 1_000), Gatekeeper.utf8("{\"apiVersion\":"));
      }

      for (int i = 0; i < 10; i++) {
        assertEquals("no image_invalid", gatekeeper.ask("/validate", "no image").error("no image"));
      }
    } finally {
      closeAll(slow);
    }
  }

  private static void closeAll(List<Connection> connections) throws Exception {
    for (var connection : connections) {
      connection.close();
    }
  }

  private record Counting(AtomicInteger shown) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new UnsupportedOperationException("a client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      shown.incrementAndGet();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
