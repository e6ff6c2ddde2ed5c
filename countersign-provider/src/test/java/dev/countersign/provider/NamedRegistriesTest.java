package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.Certificates;
import dev.countersign.registry.Connections;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.Secret;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a policy file says of registries, as Gatekeeper sees it.
class NamedRegistriesTest {
  private static final String RULE = "anyOf: [release]";

  @TempDir private Path folder;

  @Test
  void asksARegistryOnLoopbackOnlyWhereThePolicyNamesIt() throws Exception {
    try (var rules = RuleServer.startForStrangers(folder, RULE)) {
      var image = rules.server().signed("acme/app");
      rules.assertDenied(image, "address not allowed");

      rules.say("registries: [{host: \"" + host(rules) + "\", http: true}]");
      rules.assertVerified(image);

      rules.say();
      rules.assertDenied(image, "address not allowed");
    }
  }

  /// A name for one port opens no other, and no other name of it.
  @Test
  void namesARegistryByHostAndPort() throws Exception {
    try (var rules = RuleServer.startForStrangers(folder, RULE)) {
      var image = rules.server().signed("acme/app");
      var port = rules.server().registry().port();

      for (var other : new String[] {"127.0.0.1", "127.0.0.1:1", "localhost:" + port}) {
        rules.say("registries: [{host: \"" + other + "\", http: true}]");
        rules.assertDenied(image, "address not allowed");
      }
    }
  }

  @Test
  void believesTheAuthorityOfThatRegistryAlone() throws Exception {
    var ca = FakeCa.create();
    Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
    Files.writeString(folder.resolve("other.crt"), FakeCa.create().certificatePem());
    try (var registry = InProcessRegistry.start(InProcessOptions.DEFAULT.withHttps(ca));
        var other = InProcessRegistry.start(InProcessOptions.DEFAULT.withHttps(ca));
        var rules = RuleServer.start(folder, RULE)) {
      var image = signed(registry, Certificates.only(folder.resolve("ca.crt")));
      var elsewhere = signed(other, Certificates.only(folder.resolve("ca.crt")));
      assertTrue(rules.ask(image).systemError().contains("certif"));

      rules.say("registries: [{host: \"" + registry.hostAndPort() + "\", ca: ca.crt}]");
      rules.assertVerified(image);
      assertTrue(rules.ask(elsewhere).systemError().startsWith(elsewhere));

      rules.say("registries: [{host: \"" + registry.hostAndPort() + "\", ca: other.crt}]");
      assertTrue(rules.ask(image).systemError().startsWith(image));
      Files.writeString(folder.resolve("other.crt"), ca.certificatePem());
      rules.server().server().refresh();
      rules.assertVerified(image);
    }
  }

  @Test
  void showsAClientCertificateWhereThePolicyGivesOne() throws Exception {
    var ca = FakeCa.create();
    var client = ca.client("countersign");
    Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
    Files.writeString(folder.resolve("tls.crt"), client.chainPem());
    Files.writeString(folder.resolve("tls.key"), client.keyPem(Identity.KeyForm.PKCS8));
    try (var registry = InProcessRegistry.start(InProcessOptions.DEFAULT.withMutualTls(ca));
        var rules = RuleServer.start(folder, RULE)) {
      var host = "registries: [{host: \"" + registry.hostAndPort() + "\", ca: ca.crt";
      var image =
          signed(
              registry,
              Certificates.only(folder.resolve("ca.crt"))
                  .withClient(folder.resolve("tls.crt"), folder.resolve("tls.key")));

      rules.say(host + "}]");
      assertTrue(rules.ask(image).systemError().startsWith(image));

      rules.say(host + ", clientCert: tls.crt, clientKey: tls.key}]");
      rules.assertVerified(image);
    }
  }

  @Test
  void readsCredentialsFromAMountedSecretAndSeesThemChange() throws Exception {
    Files.writeString(folder.resolve("username"), "robot");
    Files.writeString(folder.resolve("password"), "wrong");
    try (var registry = locked();
        var rules = RuleServer.start(folder, RULE)) {
      var image = signed(registry);
      rules.say(
          "registries: [{host: \"" + registry.hostAndPort() + "\", credentials: {folder: .}}]");
      var answer = rules.ask(image);
      assertTrue(answer.systemError().contains("401"), answer::body);
      assertFalse(answer.body().contains("wrong"), answer::body);

      Files.writeString(folder.resolve("password"), "pass word\n");

      rules.assertVerified(image);
    }
  }

  @Test
  void readsCredentialsFromADockerConfigAndFromAHelper() throws Exception {
    try (var registry = locked();
        var rules = RuleServer.start(folder, RULE)) {
      var image = signed(registry);
      var auth =
          Base64.getEncoder().encodeToString("robot:pass word".getBytes(StandardCharsets.UTF_8));
      Files.writeString(
          folder.resolve(".dockerconfigjson"),
          "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.hostAndPort(), auth));
      var host = "registries: [{host: \"" + registry.hostAndPort() + "\", credentials: ";

      rules.say(host + "{helper: countersign-is-not-there}}]");
      assertTrue(rules.ask(image).systemError().contains("not found in PATH"));

      rules.say(host + "{dockerConfig: .dockerconfigjson}}]");
      rules.assertVerified(image);
    }
  }

  /// Content of Y is fetched from X; X may be a stranger's, and never sees what Y is shown.
  @Test
  void fetchesFromTheMirrorWithoutTheCredentialsOfTheSource() throws Exception {
    Files.writeString(folder.resolve("username"), "robot");
    Files.writeString(folder.resolve("password"), "pass word");
    try (var source = locked();
        var mirror = InProcessRegistry.start();
        var rules = RuleServer.start(folder, RULE)) {
      TestServer.signed(mirror, "cache/acme/app", TestServer.KEY, RegistryOptions.DEFAULT);
      var digest = mirror.digest("cache/acme/app", "v1").orElseThrow();
      var image = source.hostAndPort() + "/acme/app@" + digest;
      mirror.forgetRequests();
      var credentials =
          "registries: [{host: \"" + source.hostAndPort() + "\", credentials: {folder: .}}]";

      rules.say(
          credentials,
          "mirrors: [{source: \"%s/acme\", mirror: \"%s/cache/acme\"}]"
              .formatted(source.hostAndPort(), mirror.hostAndPort()));
      var value = rules.ask(image).value(image);

      assertEquals(image, value.getString("reference"));
      assertEquals(digest, value.getString("digest"));
      assertTrue(source.requests().isEmpty());
      assertFalse(mirror.requests().isEmpty());
      assertTrue(mirror.requests().stream().noneMatch(one -> one.request().isAuthorized()));
      mirror.failAll(request -> true, new Fault.Status(401));
      var other = rules.ask(source.hostAndPort() + "/acme/other@" + digest);
      assertTrue(other.systemError().contains("none that fit are known"), other::body);
      assertTrue(mirror.requests().stream().noneMatch(one -> one.request().isAuthorized()));
    }
  }

  /// A tag is what its own registry says.
  @Test
  void asksNoMirrorAboutATag() throws Exception {
    try (var mirror = InProcessRegistry.start();
        var rules = RuleServer.start(folder, RULE)) {
      var image = rules.server().signed("acme/app");
      rules.say(
          "mirrors: [{source: \"%s\", mirror: \"%s\"}]"
              .formatted(host(rules), mirror.hostAndPort()));

      rules.assertVerified(image);
      rules.assertDenied(
          rules.server().name("acme/app") + "@" + rules.server().digest("acme/app"),
          "not signed (policy");

      assertTrue(mirror.requests().stream().noneMatch(one -> one.path().endsWith("/v1")));
    }
  }

  @Test
  void judgesByTheRuleOfTheSourceAndItsName() throws Exception {
    try (var mirror = InProcessRegistry.start();
        var rules = RuleServer.start(folder, RULE, "signedName: required")) {
      rules.server().signed("acme/app");
      TestServer.signed(mirror, "acme/app", TestServer.KEY, RegistryOptions.DEFAULT);
      var image = host(rules) + "/acme/app@" + mirror.digest("acme/app", "v1").orElseThrow();
      rules.assertVerified(image);

      rules.say(
          "mirrors: [{source: \"%s\", mirror: \"%s\"}]"
              .formatted(host(rules), mirror.hostAndPort()));

      // Signed as the mirror's, which is not the name that was asked.
      rules.assertDenied(image, "not as " + host(rules) + "/acme/app");
    }
  }

  @Test
  void forgetsWhatATagNamesAtOnceUnlessThePolicySaysOtherwise() throws Exception {
    try (var rules = RuleServer.start(folder, RULE)) {
      var image = rules.server().signed("acme/app");
      rules.assertVerified(image);
      rules.server().registry().forgetRequests();
      rules.assertVerified(image);
      assertFalse(rules.server().registry().requests().isEmpty());

      rules.remember("{noSignature: 0s, tags: 1h}");
      rules.assertVerified(image);
      rules.server().registry().forgetRequests();
      rules.assertVerified(image);
      assertEquals(List.of(), rules.server().registry().requests());

      rules.remember("{noSignature: 0s}");
      rules.assertVerified(image);
      assertFalse(rules.server().registry().requests().isEmpty());
    }
  }

  private static String host(RuleServer rules) {
    return rules.server().registry().hostAndPort();
  }

  private static String signed(InProcessRegistry registry, Certificates tls) throws Exception {
    return TestServer.signed(
        registry,
        "acme/app",
        TestServer.KEY,
        RegistryOptions.DEFAULT.withConnections(Connections.DEFAULT.withTls(tls)));
  }

  private static String signed(InProcessRegistry registry) throws Exception {
    var robot = new Credentials.Basic("robot", Secret.of("pass word"));
    return TestServer.signed(
        registry,
        "acme/app",
        TestServer.KEY,
        RegistryOptions.DEFAULT.withCredentials((repository, deadline) -> robot));
  }

  /// A registry that asks everybody for the same password.
  private static InProcessRegistry locked() throws IOException {
    return InProcessRegistry.start(
        InProcessOptions.DEFAULT.withAuth(new Auth.Basic("robot", "pass word")));
  }
}
