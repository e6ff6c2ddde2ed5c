package dev.countersign.provider;

import dev.countersign.ImageSigner;
import dev.countersign.access.KeyReference;
import dev.countersign.access.TextFile;
import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Place;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/// A server whose policy file has one rule for all images, by the authorities `release`
/// ([TestServer#KEY]) and `other` ([TestServer#OTHER_KEY]).
final class RuleServer implements AutoCloseable {
  private static final String SAID = "# said too\n";

  private final Path folder;
  private final TestServer server;
  private int attested;

  private RuleServer(Path folder, TestServer server) {
    this.folder = folder;
    this.server = server;
  }

  /// @param terms members of the rule, each on a line
  static RuleServer start(Path folder, String... terms) throws Exception {
    return start(folder, Loopback.ALLOWED, terms);
  }

  /// A server that asks no registry on loopback, but for those that its policy names.
  static RuleServer startForStrangers(Path folder, String... terms) throws Exception {
    return start(folder, Loopback.REFUSED, terms);
  }

  private static RuleServer start(Path folder, Loopback loopback, String... terms)
      throws Exception {
    Files.writeString(folder.resolve("release.pub"), TestServer.KEY.publicKey().toPem());
    Files.writeString(folder.resolve("other.pub"), TestServer.OTHER_KEY.publicKey().toPem());
    var file = write(folder, terms);
    return new RuleServer(
        folder,
        TestServer.start(
            () ->
                PolicyFile.read(
                    file, key -> TextFile.read(((KeyReference.File) key).path(), 65_536)),
            loopback));
  }

  /// Another rule is in force when this returns.
  void change(String... terms) throws IOException {
    write(folder, terms);
    server.server().refresh();
  }

  /// No rule lets this image run when this returns.
  void revoke(String digest) throws IOException {
    say("revokedDigests: [\"" + digest + "\"]");
  }

  /// The policy file says this too, one member a line, and nothing besides its rule, when this
  /// returns.
  void say(String... members) throws IOException {
    var file = folder.resolve("policy.yaml");
    var text = Files.readString(file);
    int end = text.indexOf(SAID);
    Files.writeString(
        file, (end < 0 ? text : text.substring(0, end)) + SAID + String.join("\n", members) + '\n');
    server.server().refresh();
  }

  /// Other times hold when this returns.
  void remember(String times) throws IOException {
    var file = folder.resolve("policy.yaml");
    Files.writeString(
        file, Files.readString(file).replaceFirst("remember: .*", "remember: " + times));
    server.server().refresh();
  }

  private static Path write(Path folder, String... terms) throws IOException {
    return Files.writeString(
        folder.resolve("policy.yaml"),
        """
        apiVersion: countersign.dev/v1
        kind: TrustPolicy
        remember: {noSignature: 0s}
        authorities:
          - {name: release, key: {file: release.pub}}
          - {name: other, key: {file: other.pub}}
        policies:
          - name: default
            transparencyLog: ignored
            rules:
              - images: ["**"]
                %s
        """
            .formatted(String.join("\n        ", terms)));
  }

  /// Signs an image of the server's registry in tag form.
  void sign(String repository, String digest, SoftwareKey key) throws Exception {
    sign(server, repository, digest, key);
  }

  static void sign(TestServer server, String repository, String digest, SoftwareKey key)
      throws Exception {
    var image = Repository.parse(server.name(repository)).digest(Digest.parse(digest));
    try (var store = new RemoteRegistry(RegistryOptions.DEFAULT)) {
      new ImageSigner(store).signInTagForm(image, new Signer(key, Map.of()), soon());
    }
  }

  /// Signs an image of the server's registry in bundle form.
  void signInBundleForm(String repository, String digest, SoftwareKey key) throws Exception {
    try (var store = new RemoteRegistry(RegistryOptions.DEFAULT)) {
      new ImageSigner(store)
          .sign(image(repository, digest), new Signer(key, Map.of()), Instant.now(), soon());
    }
  }

  /// Attests something about `subject` beside an image, in both forms in turn.
  ///
  /// @param predicate JSON
  void attest(
      String repository,
      String digest,
      SoftwareKey key,
      String subject,
      String type,
      String predicate)
      throws Exception {
    var statement =
        Statement.attestation(
            Statement.Subject.of("app", Digest.parse(subject)), type, Bytes.utf8(predicate));
    var signer = new Signer(key, Map.of());
    try (var store = new RemoteRegistry(RegistryOptions.DEFAULT)) {
      var attachments = new Attachments(store, new Place.BesideImage());
      var image = image(repository, digest);
      if (attested++ % 2 == 0) {
        attachments.attach(image, signer.envelope(statement), type, soon());
      } else {
        attachments.attach(image, signer.bundle(statement), key.publicKey(), Instant.now(), soon());
      }
    }
  }

  private Digested image(String repository, String digest) throws FormatException {
    return Repository.parse(server.name(repository)).digest(Digest.parse(digest));
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30));
  }

  TestServer server() {
    return server;
  }

  Gatekeeper.Answer ask(String... keys) throws Exception {
    return new Gatekeeper(server.clientTls(), server.port()).ask("/v1/verify", keys);
  }

  void assertVerified(String key) throws Exception {
    var answer = ask(key);
    Assertions.assertTrue(answer.item(key).orElseThrow().find("value").isPresent(), answer::body);
  }

  void assertDenied(String key, String why) throws Exception {
    var answer = ask(key);
    Assertions.assertTrue(answer.error(key).contains(why), answer::body);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
