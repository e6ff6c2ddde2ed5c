package dev.countersign.provider;

import dev.countersign.ImageSigner;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.TrustPolicy;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.sign.Signer;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import dev.countersign.verify.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/// A provider that runs on loopback before a registry of its own: its policy `default` demands
/// [#KEY], its policy `other` [#OTHER_KEY].
final class TestServer implements AutoCloseable {
  static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());

  final InProcessRegistry registry;
  final FakeCa ca = FakeCa.create();
  private final Path folder;
  private final Server server;

  private TestServer(Duration deadline, RegistryOptions options, Loopback loopback)
      throws Exception {
    this(config -> config.withDeadline(deadline), options, loopback);
  }

  private TestServer(UnaryOperator<ServerConfig> change, RegistryOptions options, Loopback loopback)
      throws Exception {
    registry = InProcessRegistry.start();
    folder = Files.createTempDirectory("provider");
    var files = write(folder, ca.loopbackServer(), Identity.KeyForm.PKCS8);
    server = Server.start(change.apply(config(files)), options, loopback);
  }

  /// With policies of its own, and time enough for the slowest of machines.
  static TestServer start(PolicySource policies) throws Exception {
    return start(policies, Loopback.ALLOWED);
  }

  /// The same; registries lie on loopback.
  static TestServer start(PolicySource policies, Loopback loopback) throws Exception {
    return new TestServer(
        config -> config.withDeadline(Duration.ofSeconds(10)).withPolicies(policies),
        RegistryOptions.DEFAULT,
        loopback);
  }

  /// One that speaks TLS with registries by these files.
  static TestServer start(RegistryTlsFiles files) throws Exception {
    return new TestServer(
        config -> config.withDeadline(Duration.ofSeconds(10)).withRegistryTls(files),
        RegistryOptions.DEFAULT,
        Loopback.ALLOWED);
  }

  /// With its admin port on all addresses of this machine.
  static TestServer startEverywhere(Optional<Path> token) throws Exception {
    return new TestServer(
        config -> {
          var open = config.withListen(config.listen(), new InetSocketAddress("0.0.0.0", 0));
          return token.map(open::withAdminToken).orElse(open);
        },
        RegistryOptions.DEFAULT,
        Loopback.ALLOWED);
  }

  InProcessRegistry registry() {
    return registry;
  }

  /// Where its certificates are.
  Path folder() {
    return folder;
  }

  FakeCa ca() {
    return ca;
  }

  /// With time enough for the slowest of machines.
  static TestServer start() throws Exception {
    return start(Duration.ofSeconds(10));
  }

  static TestServer start(Duration deadline) throws Exception {
    return new TestServer(deadline, RegistryOptions.DEFAULT, Loopback.ALLOWED);
  }

  static TestServer start(RegistryOptions options, Loopback loopback) throws Exception {
    return new TestServer(Duration.ofSeconds(10), options, loopback);
  }

  /// A configuration with free ports.
  static ServerConfig config(TlsFiles files) {
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var policies =
        new Policies(
            Map.of(
                "default",
                TrustPolicy.of(requirement(KEY.publicKey())),
                "other",
                TrustPolicy.of(requirement(OTHER_KEY.publicKey()))),
            Set.of());
    return new ServerConfig(files, () -> policies).withListen(free, free);
  }

  static Requirement requirement(PublicKey key) {
    return Requirement.anyOf(new Authority.Key("cosign.pub", key));
  }

  static TlsFiles write(Path folder, Identity identity, Identity.KeyForm form) throws IOException {
    return new TlsFiles(
        Files.writeString(folder.resolve("tls.crt"), identity.chainPem()),
        Files.writeString(folder.resolve("tls.key"), identity.keyPem(form)));
  }

  int port() {
    return server.port();
  }

  int adminPort() {
    return server.adminPort();
  }

  Server server() {
    return server;
  }

  SSLContext clientTls() {
    return Identity.clientContext(ca);
  }

  /// The name of a repository of the registry.
  String name(String repository) {
    return registry.hostAndPort() + '/' + repository;
  }

  /// Puts an image there and returns its name by tag `v1`.
  String unsigned(String repository) {
    return unsigned(registry, repository);
  }

  private static String unsigned(InProcessRegistry registry, String repository) {
    TestImage.oci(repository).pushTo(registry, repository, "v1");
    return registry.hostAndPort() + '/' + repository + ":v1";
  }

  /// Puts an image signed with `key` there and returns its name by tag `v1`.
  String signed(String repository, SoftwareKey key) throws Exception {
    return signed(registry, repository, key, RegistryOptions.DEFAULT);
  }

  /// The same, with signed annotations.
  String signed(String repository, SoftwareKey key, Map<String, String> annotations)
      throws Exception {
    var signer = new Signer(key, annotations);
    return signed(registry, repository, signer, RegistryOptions.DEFAULT);
  }

  /// Puts an image signed with `key` into a registry that is reached by `options`.
  static String signed(
      InProcessRegistry registry, String repository, SoftwareKey key, RegistryOptions options)
      throws Exception {
    return signed(registry, repository, new Signer(key, Map.of()), options);
  }

  private static String signed(
      InProcessRegistry registry, String repository, Signer signer, RegistryOptions options)
      throws Exception {
    var name = unsigned(registry, repository);
    var digest = Digest.parse(registry.digest(repository, "v1").orElseThrow());
    try (var store = new RemoteRegistry(options)) {
      var image = Repository.parse(registry.hostAndPort() + '/' + repository).digest(digest);
      new ImageSigner(store).signInTagForm(image, signer, Deadline.after(Duration.ofSeconds(30)));
    }
    return name;
  }

  String signed(String repository) throws Exception {
    return signed(repository, KEY);
  }

  String digest(String repository) {
    return registry.digest(repository, "v1").orElseThrow();
  }

  @Override
  public void close() throws IOException {
    server.close();
    registry.close();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
