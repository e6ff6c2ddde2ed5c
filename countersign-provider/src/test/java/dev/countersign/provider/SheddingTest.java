package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.TlsKeyPair;
import dev.countersign.provider.Front.Limits;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SheddingTest {
  /// Less than a check of a server lives, and long for one that ends at once.
  private static final Duration LESS_THAN_LIFE = Duration.ofSeconds(20);

  private final FakeCa ca = FakeCa.create();
  private final Metrics metrics = new Metrics();
  private InProcessRegistry registry;
  private RemoteRegistry client;

  @BeforeEach
  void open() throws Exception {
    registry = InProcessRegistry.start();
    client = new RemoteRegistry(RegistryOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  @Test
  void turnsRequestsAwayWhileAllSlotsAreTaken(@TempDir Path folder) throws Exception {
    var files = TestServer.write(folder, ca.loopbackServer(), KeyForm.PKCS8);
    var config = TestServer.config(files).withDeadline(Duration.ofSeconds(3));
    var provider =
        Provider.of(config, SheddingTest::policies, client, metrics, DecisionLog.silent());
    var turns = new Turns(1, 1, System::nanoTime);
    var tls = ServerTls.of(TlsKeyPair.read(files.certificate(), files.key()));
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var front =
        Front.open(
            free,
            tls,
            new ProviderHandler(provider, metrics, turns),
            Limits.of(config.deadline()),
            () -> {})) {
      var gatekeeper = new Gatekeeper(Identity.clientContext(ca), front.port());

      assertTrue(turns.take("another", Duration.ZERO));
      var turnedAway = gatekeeper.ask("/validate", "no image");
      turns.leave();
      var answered = gatekeeper.ask("/validate", "no image");

      assertEquals(503, turnedAway.status(), turnedAway.body());
      assertEquals(List.of(), turnedAway.items());
      assertEquals("too many requests at the same time; ask again", turnedAway.systemError());
      assertEquals("no image_invalid", answered.error("no image"));
      assertEquals(0, turns.taken());
      var numbers = new String(metrics.toText(), StandardCharsets.UTF_8);
      assertTrue(numbers.contains("countersign_shed_total{what=\"request\"} 1.0\n"), numbers);
    }
  }

  @Test
  void endsAStalledCheckAfterItsLife() throws Exception {
    TestImage.oci("stalled").pushTo(registry, "acme/stalled", "v1");
    registry.failAll(request -> true, new Fault.Stall());
    var bounds = new CheckBounds();
    var checks =
        new Checks<Judge.Question, Looked>(
            "verify", Duration.ofSeconds(60), bounds, metrics, Duration.ofMillis(300));
    var judge = new Judge(client, SheddingTest::policies, checks, metrics);
    var key = ImageKey.parse(registry.hostAndPort() + "/acme/stalled:v1");

    var verdict = judge.begin(key).await(Deadline.after(LESS_THAN_LIFE)).verdict();

    assertTrue(
        verdict instanceof Verdict.Unknown(var code, _) && code.equals("fault"), verdict::toString);
    assertEquals(0, bounds.running());
  }

  private static Policies policies() {
    return Policies.of(TestServer.requirement(TestServer.KEY.publicKey()));
  }
}
