package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.Fault;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `name:tag@digest` where the digest is one image of the index that the tag names.
class ChildDigestTest {
  private static final TestImage CHILD = TestImage.oci("child", "amd64");
  private static final TestIndex INDEX = TestIndex.of(CHILD, TestImage.oci("other", "arm64"));

  @TempDir private Path folder;

  @Test
  void countsAsSignedWithItsIndexAndSaysSo() throws Exception {
    try (var rules = start("anyOf: [release]")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);
      var child = child(rules);

      var value = rules.ask(child).value(child);

      assertEquals(CHILD.digest(), value.getString("digest"));
      assertEquals(
          rules.server().name("acme/app") + "@" + CHILD.digest(), value.getString("reference"));
      var record = decision(rules, value.getString("decision"));
      assertTrue(record.contains("as one of the signed index"), record);
      assertTrue(record.contains(INDEX.digest()), record);
    }
  }

  @Test
  void needsTheTag() throws Exception {
    try (var rules = start("anyOf: [release]")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);

      rules.assertDenied(
          rules.server().name("acme/app") + "@" + CHILD.digest(), "not signed (policy");
    }
  }

  @Test
  void needsASignatureOfItsOwnWhereTheRuleSaysSo() throws Exception {
    try (var rules = start("anyOf: [release]", "exactDigest: true")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);
      rules.assertDenied(child(rules), "not signed (policy");

      rules.change("anyOf: [release]", "exactDigest: false");
      rules.assertVerified(child(rules));
      rules.change("anyOf: [release]", "exactDigest: true");
      rules.sign("acme/app", CHILD.digest(), TestServer.KEY);
      rules.assertVerified(child(rules));
    }
  }

  @Test
  void isDeniedWhereTheIndexIsNotSignedByTheRightKey() throws Exception {
    try (var rules = start("anyOf: [release]")) {
      rules.assertDenied(child(rules), "not signed (policy");

      rules.sign("acme/app", INDEX.digest(), TestServer.OTHER_KEY);

      rules.assertDenied(child(rules), "not signed (policy");
    }
  }

  /// Another index, another image, no index, no tag: none lists the child.
  @Test
  void isDeniedWhereTheTagNamesNoIndexThatListsIt() throws Exception {
    try (var rules = start("anyOf: [release]")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);
      var registry = rules.server().registry();
      var others = TestIndex.of(TestImage.oci("x", "amd64"));
      others.pushTo(registry, "acme/app", "others");
      rules.sign("acme/app", others.digest(), TestServer.KEY);
      var single = TestImage.oci("single");
      single.pushTo(registry, "acme/app", "single");
      rules.sign("acme/app", single.digest(), TestServer.KEY);

      for (var tag : new String[] {"others", "single", "absent"}) {
        rules.assertDenied(
            rules.server().name("acme/app") + ":" + tag + "@" + CHILD.digest(),
            "not signed (policy");
      }
    }
  }

  /// One level: what an index in the index lists is not listed by it.
  @Test
  void isDeniedWhereAnIndexWithinTheIndexListsIt() throws Exception {
    try (var rules = start("anyOf: [release]")) {
      var outer =
          "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
              + "\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
              + "\"size\":"
              + INDEX.manifest().length
              + ",\"digest\":\""
              + INDEX.digest()
              + "\"}]}";
      var digest =
          rules
              .server()
              .registry()
              .putManifest(
                  "acme/app",
                  "outer",
                  "application/vnd.oci.image.index.v1+json",
                  outer.getBytes(StandardCharsets.UTF_8));
      rules.sign("acme/app", digest, TestServer.KEY);
      var name = rules.server().name("acme/app") + ":outer@";

      rules.assertDenied(name + CHILD.digest(), "not signed (policy");
      rules.assertVerified(name + INDEX.digest());
    }
  }

  /// A tag of today that moved away tomorrow vouches for nobody.
  @Test
  void asksWhatTheTagNamesEachTime() throws Exception {
    try (var rules = start("anyOf: [release]")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);
      rules.assertVerified(child(rules));

      TestImage.oci("single").pushTo(rules.server().registry(), "acme/app", "v1");

      rules.assertDenied(child(rules), "not signed (policy");
    }
  }

  @Test
  void isUndeterminedWhileTheTagCannotBeAsked() throws Exception {
    try (var rules = start("anyOf: [release]")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);
      rules
          .server()
          .registry()
          .failAll(request -> request.path().endsWith("/manifests/v1"), new Fault.Status(503));

      assertTrue(rules.ask(child(rules)).systemError().contains("503"));
    }
  }

  /// Attestations are about an image, and an index's are about the index.
  @Test
  void needsAttestationsOfItsOwn() throws Exception {
    var type = "https://slsa.dev/provenance/v1";
    try (var rules = start("anyOf: [release]", "attestations: [{type: slsaprovenance1}]")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);
      rules.attest("acme/app", INDEX.digest(), TestServer.KEY, INDEX.digest(), type, "{}");
      rules.assertVerified(rules.server().name("acme/app") + ":v1");
      rules.assertDenied(child(rules), "no attestation of the type that policy");

      rules.attest("acme/app", CHILD.digest(), TestServer.KEY, CHILD.digest(), type, "{}");

      rules.assertVerified(child(rules));
    }
  }

  @Test
  void isRefusedWhenEitherIsRevoked() throws Exception {
    try (var rules = start("anyOf: [release]")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);
      rules.assertVerified(child(rules));

      for (var revoked : new String[] {CHILD.digest(), INDEX.digest()}) {
        rules.revoke(revoked);
        rules.assertDenied(child(rules), "revoked by the policy file");
      }
    }
  }

  /// Of one the signature of its index, of the other its own: that is neither.
  @Test
  void addsUpNoSignaturesOfChildAndIndex() throws Exception {
    try (var rules = start("anyOf: [release, other]", "atLeast: 2")) {
      rules.sign("acme/app", INDEX.digest(), TestServer.KEY);
      rules.sign("acme/app", CHILD.digest(), TestServer.OTHER_KEY);

      rules.assertDenied(child(rules), "signed by 1 of 2 keys that policy");
      rules.sign("acme/app", INDEX.digest(), TestServer.OTHER_KEY);
      rules.assertVerified(child(rules));
    }
  }

  @Test
  void holdsWithOneKeyAndNoPolicyFile() throws Exception {
    try (var server = TestServer.start()) {
      INDEX.pushTo(server.registry(), "acme/app", "v1");
      var child = server.name("acme/app") + ":v1@" + CHILD.digest();
      var gatekeeper = new Gatekeeper(server.clientTls(), server.port());

      RuleServer.sign(server, "acme/app", INDEX.digest(), TestServer.KEY);

      assertEquals(
          CHILD.digest(), gatekeeper.ask("/v1/verify", child).value(child).getString("digest"));
      assertEquals(child + "_valid", gatekeeper.ask("/validate", child).text(child));
    }
  }

  private RuleServer start(String... terms) throws Exception {
    var rules = RuleServer.start(folder, terms);
    INDEX.pushTo(rules.server().registry(), "acme/app", "v1");
    return rules;
  }

  private static String child(RuleServer rules) {
    return rules.server().name("acme/app") + ":v1@" + CHILD.digest();
  }

  private static String decision(RuleServer rules, String id) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + rules.server().adminPort() + "/v1/decisions/" + id);
    try (var in = uri.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
