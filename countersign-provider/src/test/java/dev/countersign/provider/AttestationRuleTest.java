package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules that want attestations, as Gatekeeper sees them.
class AttestationRuleTest {
  private static final String V1 = "https://slsa.dev/provenance/v1";
  private static final String VULN = "https://cosign.sigstore.dev/attestation/vuln/v1";
  private static final String PROVENANCE =
      """
      {"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1",
      "externalParameters":{"workflow":{"ref":"refs/heads/main",
      "repository":"https://github.com/acme/app"}}},
      "runDetails":{"builder":{"id":"https://ci.acme.io/1"}}}
      """;
  private static final String BUILT_BY_US =
      "attestations: [{type: slsaprovenance1, builder: 'https://ci.acme.io/1',"
          + " sourceRepo: 'git@github.com:acme/app.git', ref: refs/heads/main}]";
  private static final String CLEAN =
      "attestations: [{type: vuln, cel: 'predicate.critical == 0'}]";

  @TempDir private Path folder;

  @Test
  void admitsWhatOurPipelineBuilt() throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", BUILT_BY_US)) {
      var image = rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      rules.assertDenied(image, "no attestation of the type that policy");

      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE);

      rules.assertVerified(image);
      rules.assertVerified(rules.server().name("acme/app") + "@" + digest);
    }
  }

  /// Each field alone wrong, and each part of the attestation.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ci.acme.io/1 | ci.acme.io/2 | builder: expected https://ci.acme.io/1, got https://ci.acme",
        "ci.acme.io/1 | ci.acme.io/12 | builder: expected",
        "acme/app | acme/app2 | sourceRepo: expected github.com/acme/app, got github.com/acme/app2",
        "https://github.com | http://github.com | sourceRepo: expected",
        "refs/heads/main | refs/heads/dev | ref: expected refs/heads/main, got refs/heads/dev",
        "refs/heads/main | refs/heads/main2 | ref: expected refs/heads/main",
      })
  void deniesWhatWasBuiltOtherwise(String text, String other, String problem) throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", BUILT_BY_US)) {
      var image = rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");

      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE.replace(text, other));

      rules.assertDenied(image, problem);
    }
  }

  @Test
  void takesNoAttestationOfAnotherImageTypeOrSigner() throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", BUILT_BY_US)) {
      var image = rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      var another = "sha256:" + "1".repeat(64);
      var v02 = "https://slsa.dev/provenance/v0.2";

      rules.attest("acme/app", digest, TestServer.KEY, digest, v02, PROVENANCE);
      rules.assertDenied(image, "no attestation of the type that policy");
      rules.attest("acme/app", digest, TestServer.KEY, another, V1, PROVENANCE);
      rules.assertDenied(image, "signs another image, " + another);
      rules.attest("acme/app", digest, TestServer.OTHER_KEY, digest, V1, PROVENANCE);
      rules.assertDenied(image, "no attestation counts for policy");
      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE);
      rules.assertVerified(image);
    }
  }

  /// An attestation is no signature, and a signature no attestation.
  @Test
  void wantsTheSignatureToo() throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", BUILT_BY_US)) {
      var image = rules.server().unsigned("acme/app");
      var digest = rules.server().digest("acme/app");
      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE);
      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE);

      rules.assertDenied(image, "not signed (policy");
    }
  }

  @Test
  void wantsEachAttestationThatIsListed() throws Exception {
    var both =
        "attestations: [{type: slsaprovenance1, builder: 'https://ci.acme.io/1'}, {type: '"
            + VULN
            + "'}]";
    try (var rules = RuleServer.start(folder, "anyOf: [release]", both)) {
      var image = rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE);
      rules.assertDenied(image, VULN);

      rules.attest("acme/app", digest, TestServer.KEY, digest, VULN, "{}");

      rules.assertVerified(image);
    }
  }

  @Test
  void wantsAttestationsByAsManyAuthoritiesAsSignatures() throws Exception {
    try (var rules = RuleServer.start(folder, "allOf: [release, other]", BUILT_BY_US)) {
      var image = rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      rules.sign("acme/app", digest, TestServer.OTHER_KEY);
      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE);
      rules.assertDenied(image, "expected it by 2 authorities, got 1");

      rules.attest("acme/app", digest, TestServer.OTHER_KEY, digest, V1, PROVENANCE);

      rules.assertVerified(image);
    }
  }

  /// Plain fields choose: that another build of the same bytes was attested does not matter.
  @Test
  void findsTheBuildAmongOthers() throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", BUILT_BY_US)) {
      var image = rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      var another = PROVENANCE.replace("ci.acme.io/1", "ci.acme.io/test");
      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, another);
      rules.assertDenied(image, "builder: expected");

      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE);

      rules.assertVerified(image);
    }
  }

  /// An old good scan does not outlive a newer bad one, neither beside the image nor in memory.
  @Test
  void letsTheNewestScanDecide() throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", CLEAN)) {
      rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      var image = rules.server().name("acme/app") + "@" + digest;
      rules.attest("acme/app", digest, TestServer.KEY, digest, VULN, "{\"critical\":0}");
      rules.assertVerified(image);
      rules.assertVerified(image);

      rules.attest("acme/app", digest, TestServer.KEY, digest, VULN, "{\"critical\":1}");

      rules.assertDenied(image, "it is false");
    }
  }

  /// What a stranger attests neither proves nor spoils anything.
  @Test
  void looksAtNoStrangersScan() throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", CLEAN)) {
      var image = rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      rules.attest("acme/app", digest, TestServer.KEY, digest, VULN, "{\"critical\":0}");

      rules.attest("acme/app", digest, TestServer.OTHER_KEY, digest, VULN, "{\"critical\":1}");

      rules.assertVerified(image);
    }
  }

  /// A scan that could not be seen might be the newest.
  @Test
  void saysNothingWhileScansCannotBeSeen() throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", CLEAN)) {
      var image = rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      rules.attest("acme/app", digest, TestServer.KEY, digest, VULN, "{\"critical\":0}");
      rules.assertVerified(image);

      rules
          .server()
          .registry()
          .failAll(request -> request.path().contains("/referrers/"), new Fault.Status(500));

      assertTrue(rules.ask(image).systemError().contains("500"));
    }
  }

  @Test
  void remembersAProvenanceAndAsksNobodyAgain() throws Exception {
    try (var rules = RuleServer.start(folder, "anyOf: [release]", BUILT_BY_US)) {
      rules.server().signed("acme/app");
      var digest = rules.server().digest("acme/app");
      var image = rules.server().name("acme/app") + "@" + digest;
      rules.attest("acme/app", digest, TestServer.KEY, digest, V1, PROVENANCE);
      rules.assertVerified(image);
      rules.server().registry().forgetRequests();

      rules.assertVerified(image);

      assertTrue(rules.server().registry().requests().isEmpty());
    }
  }
}
