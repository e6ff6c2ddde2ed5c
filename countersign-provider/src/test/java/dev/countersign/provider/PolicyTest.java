package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.KeyReference;
import dev.countersign.access.TextFile;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.Identity;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server with a policy file, as Gatekeeper sees it.
class PolicyTest {
  private static final String HEAD =
      """
      apiVersion: countersign.dev/v1
      kind: TrustPolicy
      authorities:
        - {name: release, key: {file: release.pub}}
        - {name: other, key: {file: other.pub}}
      policies:
        - name: default
          transparencyLog: ignored
          rules:
      """;

  @TempDir private Path folder;

  @Test
  void judgesEachImageByItsRule() throws Exception {
    try (var server = start("[\"*/acme/**\"]", "anyOf: [release]")) {
      var image = server.signed("acme/app");
      var elsewhere = server.signed("acme-evil/app");

      var answer = ask(server, image, elsewhere);

      assertVerified(answer, image);
      assertTrue(answer.error(elsewhere).contains("no rule of policy \"default\" is about it"));
    }
  }

  @Test
  void admitsAnExemptImageWithoutAskingItsRegistry() throws Exception {
    try (var server = start("[\"**\"]", "allow: built by the platform team")) {
      var tagged = "registry.example.com/base:v1";
      var digested = "registry.example.com/base@sha256:" + "0".repeat(64);

      var byTag = ask(server, tagged).value(tagged);
      var byDigest = ask(server, digested).value(digested);

      assertEquals("built by the platform team", byTag.getString("exempt"));
      assertEquals(0, byTag.getArray("by").size());
      assertTrue(byTag.find("digest").isEmpty());
      assertEquals("sha256:" + "0".repeat(64), byDigest.getString("digest"));
      assertEquals(digested, byDigest.getString("reference"));
    }
  }

  @Test
  void wantsTheNamespaceWhereARuleHasOne() throws Exception {
    try (var server = start("[\"**\"]", "namespaces: [prod]\n      anyOf: [release]")) {
      var image = server.signed("acme/app");
      var inProd = "ns=prod|" + image;
      var inDev = "ns=dev|" + image;

      var answer = ask(server, image, inProd, inDev);

      assertTrue(answer.error(image).contains("names no namespace"), answer.error(image));
      assertVerified(answer, inProd);
      assertTrue(answer.error(inDev).contains("no rule"), answer.error(inDev));
    }
  }

  @Test
  void refusesARevokedImageWhateverItsRule() throws Exception {
    try (var server = start("[\"**\"]", "anyOf: [release]")) {
      var image = server.signed("acme/app");
      assertVerified(ask(server, image), image);

      write("[\"**\"]", "anyOf: [release]", server.digest("acme/app"));
      server.server().refresh();
      var error = ask(server, image).error(image);

      assertTrue(error.contains("revoked by the policy file"), error);
      write("[\"**\"]", "allow: anything", server.digest("acme/app"));
      server.server().refresh();
      var digested = server.name("acme/app") + "@" + server.digest("acme/app");
      server.registry().failAll(request -> true, new Fault.Status(500));
      assertTrue(ask(server, digested).error(digested).contains("revoked"));
    }
  }

  @Test
  void aChangedPolicyAndAChangedKeyCountAtOnce() throws Exception {
    try (var server = start("[\"**\"]", "anyOf: [release]")) {
      var image = server.signed("acme/app");
      assertVerified(ask(server, image), image);

      write("[\"**\"]", "anyOf: [other]", "");
      server.server().refresh();
      assertTrue(ask(server, image).error(image).contains("not signed by a key of"));

      Files.writeString(folder.resolve("other.pub"), TestServer.KEY.publicKey().toPem());
      Files.writeString(folder.resolve("release.pub"), TestServer.OTHER_KEY.publicKey().toPem());
      server.server().refresh();
      assertVerified(ask(server, image), image);
    }
  }

  @Test
  void asksTheRegistryOnceForAnImageThatIsProven() throws Exception {
    try (var server = start("[\"**\"]", "anyOf: [release]")) {
      server.signed("acme/app");
      var image = server.name("acme/app") + "@" + server.digest("acme/app");
      assertVerified(ask(server, image), image);
      server.registry().forgetRequests();

      assertVerified(ask(server, image), image);
      assertVerified(ask(server, "policy=default|" + image), "policy=default|" + image);

      assertEquals(0, server.registry().requests().size());
    }
  }

  /// What is kept is evidence: the same evidence is judged by the policy of the moment, and what
  /// does not suffice is looked for again.
  @Test
  void judgesWhatItRemembersAnew() throws Exception {
    try (var server = start("[\"**\"]", "anyOf: [release]", "{noSignature: 0s}")) {
      server.signed("acme/app");
      var image = server.name("acme/app") + "@" + server.digest("acme/app");
      assertVerified(ask(server, image), image);

      write("[\"**\"]", "anyOf: [other]", "", "{noSignature: 0s}");
      server.server().refresh();
      assertTrue(ask(server, image).error(image).contains("not signed by a key of"));

      server.signed("acme/app", TestServer.OTHER_KEY);
      assertVerified(ask(server, image), image);
    }
  }

  @Test
  void remembersNoFault() throws Exception {
    try (var server = start("[\"**\"]", "anyOf: [release]", "{noSignature: 24h}")) {
      server.signed("acme/app");
      var image = server.name("acme/app") + "@" + server.digest("acme/app");
      server.registry().failAll(request -> true, new Fault.Status(500));
      assertTrue(ask(server, image).systemError().contains("500"));

      server.registry().heal();

      assertVerified(ask(server, image), image);
    }
  }

  @Test
  void aBadPolicyLeavesTheGoodOneInForceAndIsSeen() throws Exception {
    try (var server = start("[\"**\"]", "anyOf: [release]")) {
      var image = server.signed("acme/app");
      Files.writeString(folder.resolve("policy.yaml"), HEAD + "      - images: oops\n");

      server.server().refresh();
      server.server().refresh();

      assertVerified(ask(server, image), image);
      var ready = admin(server, "/readyz");
      assertTrue(ready.contains("\"status\":\"ready\""), ready);
      assertTrue(ready.contains("policies[0].rules[0].images: expected a list"), ready);
      assertTrue(
          admin(server, "/metrics")
              .contains("countersign_reloads_total{result=\"refused\",what=\"policy\"} 1.0"));

      write("[\"**\"]", "anyOf: [release]", "");
      server.server().refresh();
      assertEquals("{\"status\":\"ready\"}", admin(server, "/readyz"));
    }
  }

  @Test
  void showsANewCertificateWithoutARestart() throws Exception {
    try (var server = start("[\"**\"]", "anyOf: [release]")) {
      var image = server.signed("acme/app");
      assertVerified(ask(server, image), image);
      var other = FakeCa.create();

      TestServer.write(server.folder(), other.loopbackServer(), Identity.KeyForm.PKCS8);
      server.server().refresh();

      var client = new Gatekeeper(Identity.clientContext(other), server.port());
      assertVerified(client.ask("/v1/verify", image), image);
    }
  }

  @Test
  void keepsTheOldCertificateWhileTheNewPairDoesNotFit() throws Exception {
    try (var server = start("[\"**\"]", "anyOf: [release]")) {
      var image = server.signed("acme/app");
      Files.writeString(
          server.folder().resolve("tls.crt"), FakeCa.create().loopbackServer().chainPem());

      server.server().refresh();

      assertVerified(ask(server, image), image);
      assertTrue(admin(server, "/readyz").contains("\"tls\":\"expected the key of the first"));
    }
  }

  private TestServer start(String images, String terms) throws Exception {
    return start(images, terms, "{}");
  }

  private TestServer start(String images, String terms, String remember) throws Exception {
    Files.writeString(folder.resolve("release.pub"), TestServer.KEY.publicKey().toPem());
    Files.writeString(folder.resolve("other.pub"), TestServer.OTHER_KEY.publicKey().toPem());
    var file = write(images, terms, "", remember);
    return TestServer.start(() ->
        PolicyFile.read(file, key -> TextFile.read(((KeyReference.File) key).path(), 65_536)));
  }

  private Path write(String images, String terms, String revoked) throws IOException {
    return write(images, terms, revoked, "{}");
  }

  private Path write(String images, String terms, String revoked, String remember)
      throws IOException {
    var text =
        HEAD + "    - images: " + images + "\n      " + terms + "\nremember: " + remember + "\n";
    return Files.writeString(
        folder.resolve("policy.yaml"),
        revoked.isEmpty() ? text : text + "revokedDigests: [\"" + revoked + "\"]\n");
  }

  private static Gatekeeper.Answer ask(TestServer server, String... keys) throws Exception {
    return new Gatekeeper(server.clientTls(), server.port()).ask("/v1/verify", keys);
  }

  private static void assertVerified(Gatekeeper.Answer answer, String key) throws Exception {
    assertTrue(answer.item(key).orElseThrow().find("value").isPresent(), answer.body());
  }

  private static String admin(TestServer server, String path) throws IOException {
    var uri = URI.create("http://127.0.0.1:" + server.adminPort() + path);
    try (var in = uri.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
