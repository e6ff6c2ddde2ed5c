package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.KeyReference;
import dev.countersign.access.TextFile;
import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Place;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Connections;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.WebServices;
import dev.countersign.sign.Signer;
import dev.countersign.sigstore.Fulcio;
import dev.countersign.sigstore.IdentityToken;
import dev.countersign.sigstore.Rekor;
import dev.countersign.sigstore.SigningServices;
import dev.countersign.sigstore.TimestampAuthority;
import dev.countersign.testkit.FakeFulcio;
import dev.countersign.testkit.FakeIssuer;
import dev.countersign.testkit.FakeSigstore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose policies name identities, as Gatekeeper sees it: images that certificates of a
/// sigstore of its own signed, asked by policies that differ in one thing each.
class KeylessPolicyTest {
  private static final Deadline LONG = Deadline.after(Duration.ofMinutes(5));
  private static final String WORKFLOW = FakeIssuer.WORKFLOW;

  @TempDir private Path folder;
  private FakeSigstore sigstore;
  private FakeSigstore stranger;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    sigstore = FakeSigstore.start();
    stranger = FakeSigstore.start();
    write("root.json", sigstore.trustedRoot());
    write("stranger.json", stranger.trustedRoot());
    write("unlogged.json", sigstore.trustedRoot().replaceFirst("\"ctlogs\":\\[.*?\\],", ""));
    write("policy.yaml", policy());
    server =
        TestServer.start(() ->
            PolicyFile.read(
                folder.resolve("policy.yaml"),
                key -> TextFile.read(((KeyReference.File) key).path(), 1 << 20)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    stranger.close();
    sigstore.close();
  }

  private void write(String name, String text) throws Exception {
    Files.writeString(folder.resolve(name), text);
  }

  private String policy() {
    var issuer = sigstore.issuer().url().toString();
    var exact = "issuer: \"" + issuer + "\", subject: \"" + WORKFLOW + "\"";
    var anyIssuer = "issuerRegExp: 'http://127\\.0\\.0\\.1:[0-9]+'";
    var text =
        new StringBuilder(
            """
            apiVersion: countersign.dev/v1
            kind: TrustPolicy
            remember: {evidence: 0s, noSignature: 0s}
            authorities:
            """);
    Map.of(
            "exact", exact,
            "acme", anyIssuer + ", subjectRegExp: 'https://github\\.com/acme/.*'",
            "short", anyIssuer + ", subjectRegExp: 'https://github\\.com/acme/app'",
            "elsewhere", "issuerRegExp: '127', subject: \"" + WORKFLOW + "\"",
            "push", exact + ", extensions: {githubWorkflowTrigger: push}",
            "release", exact + ", extensions: {githubWorkflowTrigger: release}")
        .forEach((name, identity) ->
            text.append("  - {name: %s, keyless: {%s}}\n".formatted(name, identity)));
    text.append("policies:\n");
    for (var name : List.of("exact", "acme", "short", "elsewhere", "push", "release")) {
      text.append(named(name, "trustedRoot: root.json", name));
    }
    text.append(named("default", "trustedRoot: root.json", "exact"));
    text.append(named("stamped", "trustedRoot: root.json\n    timestamps: required", "exact"));
    text.append(named("private", "trustedRoot: stranger.json", "exact"));
    text.append(named("unlogged", "trustedRoot: unlogged.json", "exact"));
    text.append(
        named("ignoring", "trustedRoot: unlogged.json\n    certificateLog: ignored", "exact"));
    return text.toString();
  }

  private static String named(String name, String trust, String authority) {
    return """
      - name: %s
        transparencyLog: required
        %s
        rules: [{images: ["**"], anyOf: [%s]}]
    """
        .formatted(name, trust, authority);
  }

  @Test
  void namesTheIdentityThatSigned() throws Exception {
    var image = signed("app", WORKFLOW);

    var value = ask(image).value(image);

    var by = value.getArray("by").getFirst().asObject("a signer");
    assertEquals(WORKFLOW, by.getString("identity"));
    assertEquals(sigstore.issuer().url().toString(), by.getString("issuer"));
    assertTrue(by.find("key").isEmpty(), value::toString);
  }

  /// An expression that were searched for would find the good name in a bad one.
  @Test
  void expressionsMatchInFull() throws Exception {
    var image = signed("app", WORKFLOW);
    assertVerified("acme", image);
    assertDenied("short", image);
    assertDenied("elsewhere", image);

    for (var name :
        List.of(
            "https://github.com/evil/app?x=https://github.com/acme/app",
            "https://github.com.evil.example/acme/app",
            "https://githubxcom/acme/app",
            "https://github.com/acme-evil/app",
            "mallory@example.com")) {
      var forged = signed("forged" + name.hashCode(), name);
      assertDenied("acme", forged);
      assertDenied("exact", forged);
    }
    assertDenied("exact", signed("suffix", WORKFLOW + "/more"));
  }

  @Test
  void wantsTheExtensionsThatAreNamed() throws Exception {
    var image = signed("app", WORKFLOW);

    assertVerified("push", image);
    assertDenied("release", image);
  }

  @Test
  void wantsTimestampsWhereThePolicyDoes() throws Exception {
    assertVerified("stamped", signed("app", WORKFLOW));
    var unstamped = signed("unstamped", WORKFLOW, List.of());
    assertVerified("exact", unstamped);
    assertDenied("stamped", unstamped);
  }

  /// Each policy trusts its own instance.
  @Test
  void aPrivateInstanceCountsWhereItIsNamed() throws Exception {
    assertDenied("private", signed("app", WORKFLOW));
  }

  @Test
  void aPrivateAuthorityMayHaveNoCertificateLog() throws Exception {
    sigstore.fulcio().lieNext(FakeFulcio.Lie.NO_PROMISE);
    var image = signed("app", WORKFLOW);

    assertDenied("exact", image);
    assertDenied("unlogged", image);
    assertVerified("ignoring", image);
  }

  /// While an image waits nobody is asked but its registry; the file is read again beside that.
  @Test
  void trustIsReadAgainInTheBackground() throws Exception {
    var image = signed("app", WORKFLOW);
    long before = requests();
    assertVerified("exact", image);

    write("root.json", stranger.trustedRoot());
    assertVerified("exact", image);
    server.server().refresh();
    assertDenied("exact", image);

    write("root.json", "no trusted root");
    server.server().refresh();
    assertDenied("exact", image);

    write("root.json", sigstore.trustedRoot());
    server.server().refresh();
    assertVerified("exact", image);
    assertEquals(before, requests(), "no service was asked");
  }

  private long requests() {
    return (long) sigstore.fulcio().service().requests().size()
        + sigstore.rekor().service().requests().size()
        + sigstore.timestamps().service().requests().size()
        + sigstore.issuer().service().requests().size();
  }

  private String signed(String repository, String subject) throws Exception {
    return signed(repository, subject, List.of(sigstore.timestamps().url().toString()));
  }

  private String signed(String repository, String subject, List<String> authorities)
      throws Exception {
    var name = server.unsigned(repository);
    var image =
        Repository.parse(server.name(repository)).digest(Digest.parse(server.digest(repository)));
    try (var web = new WebServices(Connections.DEFAULT);
        var store = new RemoteRegistry(RegistryOptions.DEFAULT)) {
      var services =
          new SigningServices(
              authorities.stream().map(url -> new TimestampAuthority(web, url)).toList(),
              List.of(new Rekor(web, sigstore.rekor().url().toString())));
      var signer =
          new SigningServices.Signer.Identified(
              new Fulcio(web, sigstore.fulcio().url().toString()),
              IdentityToken.parse(sigstore.issuer().token(subject)));
      var bundle =
          services.sign(signer, key -> new Signer(key, Map.of()).bundle(image), LONG).bundle();
      var _ =
          new Attachments(store, new Place.BesideImage())
              .attach(image, bundle, Instant.now(), LONG);
    }
    return name;
  }

  private void assertVerified(String policy, String image) throws Exception {
    var key = "policy=" + policy + "|" + image;
    var answer = ask(key);
    assertTrue(answer.item(key).orElseThrow().find("value").isPresent(), answer::body);
  }

  private void assertDenied(String policy, String image) throws Exception {
    var key = "policy=" + policy + "|" + image;
    var answer = ask(key);
    assertTrue(answer.error(key).matches("(?s).+\\[d-.*]"), answer::body);
  }

  private Gatekeeper.Answer ask(String... keys) throws Exception {
    return new Gatekeeper(server.clientTls(), server.port()).ask("/v1/verify", keys);
  }
}
