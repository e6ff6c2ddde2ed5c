package dev.countersign.provider;

import dev.countersign.ImageSigner;
import dev.countersign.access.TlsKeyPair;
import dev.countersign.format.Bytes;
import dev.countersign.format.OneLine;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Content;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.MediaType;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.TrustPolicy;
import dev.countersign.registry.Connections;
import dev.countersign.registry.ContentStore.Precondition;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.Retry;
import dev.countersign.sign.Signer;
import dev.countersign.verify.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A first few answers that nobody waits for, so that the first that somebody waits for is not the
/// slowest: the whole way is gone, with an image and a key made on the spot, on a loopback port
/// that is closed again.
final class Warmup {
  private static final Logger LOG = LoggerFactory.getLogger("countersign.provider");
  private static final int CONNECTIONS = 25;
  private static final Duration TIME = Duration.ofSeconds(2);
  private static final Repository REPOSITORY = new Repository("warm.invalid", "warm/up");
  private static final String MANIFEST =
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":\
      "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}\
      """;

  /// What is warm stays so as long as this process.
  private static volatile boolean isWarm;

  private final TlsKeyPair pair;
  private final MemoryStore store = new MemoryStore();
  private final SoftwareKey key = SoftwareKey.generate(new SecureRandom());
  private final Digested image;

  private Warmup(TlsKeyPair pair) throws IOException {
    this.pair = pair;
    var deadline = Deadline.after(TIME);
    var content = new Content(MediaType.OCI_MANIFEST, Bytes.utf8(MANIFEST));
    image = REPOSITORY.digest(content.digest());
    store.pushManifest(REPOSITORY.tag("v1"), content, new Precondition.None(), deadline);
    var signer = new Signer(key, Map.of());
    new ImageSigner(store).signInTagForm(image, signer, deadline);
    new ImageSigner(store).sign(image, signer, Instant.EPOCH, deadline);
  }

  /// Warms up what all servers of this process share, before the first of them, for some two
  /// seconds at most.
  ///
  /// @throws IOException if this machine cannot serve and verify
  static void run(ServerConfig config, TlsKeyPair pair) throws IOException {
    if (!isWarm) {
      new Warmup(pair).run(config);
      isWarm = true;
    }
  }

  private void run(ServerConfig config) throws IOException {
    var requirement = Requirement.anyOf(new Authority.Key("warm-up", key.publicKey()));
    var metrics = new Metrics();
    var warm = config.withDeadline(Duration.ofSeconds(30));
    // What is remembered would leave the way to a registry cold.
    var policies =
        new Policies(
            Map.of(ImageKey.DEFAULT_POLICY, TrustPolicy.of(requirement)),
            Set.of(),
            new Remember(Duration.ZERO, Duration.ZERO));
    var provider = Provider.of(warm, () -> policies, store, metrics, DecisionLog.silent());
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var front =
        Front.open(
            loopback,
            ServerTls.of(pair),
            new ProviderHandler(provider, metrics),
            Front.Limits.of(warm.deadline()),
            () -> metrics.shed("connection"))) {
      var client = new LoopbackClient(pair.chain().getFirst(), front.port());
      ask(client);
      askAsRegistry(client, front.port());
      metrics.toText();
    }
  }

  private void ask(LoopbackClient client) throws IOException {
    var keys = "[\"%s\",\"%s:v1\",\"%s:absent\"]".formatted(image, REPOSITORY, REPOSITORY);
    var body = "{\"request\":{\"keys\":" + keys + "}}";
    var wanted = "\"digest\":\"" + image.digest();
    var end = Deadline.after(TIME);
    for (int i = 0; i < CONNECTIONS && !end.isOver(); i++) {
      var answer = client.post("/v1/verify", body.getBytes(StandardCharsets.UTF_8));
      if (!answer.contains(wanted)) {
        throw new IOException("expected to verify an own signature, got " + OneLine.of(answer));
      }
      client.post("/v1/mutate", body.getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Warms up the client of registries, whose answers do not matter here: they come from no
  /// registry, and maybe under another name than the certificate's.
  private static void askAsRegistry(LoopbackClient client, int port) {
    var connections = Connections.DEFAULT.withTls(client::tls);
    var options = RegistryOptions.DEFAULT.withConnections(connections).withRetry(Retry.NEVER);
    var nobody = new Repository("localhost:" + port, "warm/up").tag("v1");
    try (var registry = new RemoteRegistry(options)) {
      var answer = registry.resolve(nobody, Deadline.after(TIME));
      LOG.debug("a warm-up registry has {}", answer);
    } catch (IOException e) {
      LOG.debug("no registry to warm up with", e);
    }
  }
}
