package dev.countersign.provider;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.KeyReference;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Repository;
import dev.countersign.policy.ProvenanceFields;
import dev.countersign.policy.TrustPolicy.Children;
import dev.countersign.policy.TrustPolicy.Rule;
import dev.countersign.policy.TrustPolicy.SignedName;
import dev.countersign.policy.TrustPolicy.Terms;
import dev.countersign.policy.WantedAttestation;
import dev.countersign.registry.PlainHttp;
import dev.countersign.signature.GitSource;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.IdentityMatch;
import dev.countersign.verify.Witnessing;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {
  private static final SoftwareKey RELEASE = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey CI = SoftwareKey.generate(new SecureRandom());
  private static final String GOOD =
      """
      apiVersion: countersign.dev/v1
      kind: TrustPolicy
      authorities:
        - name: release
          key: {file: keys/release.pub}
          validFrom: 2026-01-01
          validUntil: "2026-12-31T12:00:00Z"
        - name: ci
          key: {env: CI_KEY}
      policies:
        - name: default
          noMatch: deny
          transparencyLog: ignored
          rules:
            - images: ["ghcr.io/acme/**"]
              anyOf: [release, ci]
              atLeast: 2
              annotations: {env: prod}
            - images: ["ghcr.io/acme/tools/*"]
              namespaces: [build]
              allOf: [ci]
              signatureRepository: ghcr.io/acme/signatures
              signedName: required
              exactDigest: true
              attestations:
                - {type: slsaprovenance1, builder: https://ci.acme.io/1, sourceRepo: git@github.com:acme/app.git, ref: refs/heads/main}
                - {type: vuln, cel: "predicate.critical == 0"}
            - images: ["registry.k8s.io/**"]
              allow: pinned by the platform team
        - name: strict
          transparencyLog: ignored
          rules:
            - images: ["**"]
              allOf: [release, ci]
      revokedDigests: ["sha256:0000000000000000000000000000000000000000000000000000000000000000"]
      remember: {evidence: 10m, noSignature: 2s, tags: 1s}
      registries:
        - {host: registry.acme.io, credentials: {helper: acme}, concurrency: 8}
        - {host: "dev.acme.io:5000", http: true}
      mirrors:
        - {source: docker.io, mirror: mirror.acme.io/hub}
        - {source: ghcr.io/acme, mirror: mirror.acme.io/ghcr}
      """;

  @Test
  void readsAWholeFile() throws Exception {
    var policies = parse(GOOD);

    assertEquals(Set.of("default", "strict"), policies.byName().keySet());
    assertEquals(1, policies.revoked().size());
    assertEquals(
        new Remember(Duration.ofMinutes(10), Duration.ofSeconds(2), Duration.ofSeconds(1)),
        policies.remember());
    var registry = requireNonNull(policies.registries().byHost().get("registry.acme.io"));
    assertEquals(Optional.of(new RegistryCredentials.Program("acme")), registry.credentials());
    assertEquals(Optional.of(8), registry.concurrency());
    assertEquals(PlainHttp.LOOPBACK_ONLY, registry.plainHttp());
    var dev = requireNonNull(policies.registries().byHost().get("dev.acme.io:5000"));
    assertEquals(PlainHttp.INSECURE_ALLOWED, dev.plainHttp());
    assertEquals("mirror.acme.io/hub/library/nginx", place(policies, "nginx"));
    assertEquals("mirror.acme.io/ghcr/a/b", place(policies, "GHCR.io:443/acme/a/b"));
    assertEquals("mirror.acme.io/ghcr", place(policies, "ghcr.io/acme"));
    assertEquals("ghcr.io/acme-evil/a", place(policies, "ghcr.io/acme-evil/a"));
    assertEquals("ghcr.io/other", place(policies, "ghcr.io/other"));
    var rules = rules(policies, "default");
    var signed = assertInstanceOf(Terms.Signed.class, rules.get(0).terms());
    assertEquals(2, signed.requirement().atLeast());
    assertEquals(new Claims.Required(Map.of("env", "prod")), signed.requirement().claims());
    var release = signed.requirement().authorities().getFirst();
    assertEquals("release", release.name());
    assertTrue(release.validity().contains(Instant.parse("2026-01-01T00:00:00Z")));
    assertTrue(release.validity().contains(Instant.parse("2026-12-31T12:00:00Z")));
    assertEquals(false, release.validity().contains(Instant.parse("2026-12-31T12:00:01Z")));
    var tools = assertInstanceOf(Terms.Signed.class, rules.get(1).terms());
    assertEquals(
        Optional.of(new Repository("ghcr.io", "acme/signatures")), tools.signatureRepository());
    assertEquals(SignedName.REQUIRED, tools.signedName());
    assertEquals(Children.SIGNED_THEMSELVES, tools.children());
    assertEquals(SignedName.IGNORED, signed.signedName());
    assertEquals(Children.OF_SIGNED_INDEX, signed.children());
    assertEquals(
        List.of(
            "https://slsa.dev/provenance/v1", "https://cosign.sigstore.dev/attestation/vuln/v1"),
        tools.attestations().stream().map(WantedAttestation::predicateType).toList());
    assertEquals(
        Optional.of(
            new ProvenanceFields(
                Optional.of("https://ci.acme.io/1"),
                Optional.of(GitSource.parse("https://github.com/acme/app")),
                Optional.of("refs/heads/main"))),
        tools.attestations().getFirst().fields());
    assertEquals(Set.of("build"), rules.get(1).namespaces());
    assertEquals(new Terms.Exempt("pinned by the platform team"), rules.get(2).terms());
    var all = rules(policies, "strict").getFirst().terms();
    assertEquals(2, assertInstanceOf(Terms.Signed.class, all).requirement().atLeast());
  }

  /// Each policy says whose word counts besides its authorities'.
  @Test
  void bindsAuthoritiesToTheTrustOfTheirPolicy() throws Exception {
    var policies =
        parse(
            GOOD.replace("key: {env: CI_KEY}", "keyless: {issuer: https://i, subject: me}")
                .replace("transparencyLog: ignored", "transparencyLog: required")
                .replace("noMatch: deny", "trustedRoot: root.json")
                .replace(
                    "- name: strict",
                    "- name: strict\n    trustedRoot: root.json\n    timestamps: required"));
    var trust = TrustedRoot.NOBODY;

    var all = rules(policies, "default").getFirst().terms();
    var authorities = assertInstanceOf(Terms.Signed.class, all).requirement().authorities();
    assertEquals(
        Optional.of(new Witnessing(trust, 1, 0, 0)),
        assertInstanceOf(Authority.Key.class, authorities.get(0)).witnessing());
    var keyless = assertInstanceOf(Authority.Keyless.class, authorities.get(1));
    assertEquals(IdentityMatch.exactly("me", "https://i"), keyless.identity());
    assertEquals(new Witnessing(trust, 1, 0, 1), keyless.witnessing());
    var strict = rules(policies, "strict").getFirst().terms();
    assertEquals(
        Optional.of(new Witnessing(trust, 1, 1, 0)),
        assertInstanceOf(
                Authority.Key.class,
                assertInstanceOf(Terms.Signed.class, strict).requirement().authorities().get(0))
            .witnessing());
  }

  /// What is left out, doubled, misspelt or contradictory, each with what is said of it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "countersign.dev/v1 | countersign.dev/v2 | expected apiVersion: countersign.dev/v1",
        "kind: TrustPolicy | kind: Policy | expected kind: TrustPolicy",
        "noMatch: deny | noMatch: allow | policies[0]: expected noMatch: deny, got allow",
        "noMatch: deny | nomatch: deny | policies[0].nomatch: unknown field",
        "transparencyLog: ignored | # none | policies[0].transparencyLog: missing",
        "transparencyLog: ignored | transparencyLog: sometimes | expected transparencyLog: ignored"
            + " or required",
        "transparencyLog: ignored | transparencyLog: required | transparencyLog: required needs"
            + " trustedRoot",
        "noMatch: deny | timestamps: required | timestamps: required needs trustedRoot",
        "noMatch: deny | trustedRoot: keys/release.pub | policies[0]: trustedRoot: expected",
        "noMatch: deny | trustedRoot: absent.json | policies[0].trustedRoot: no such key",
        "anyOf: [release, ci] | anyOf: [release, me] | rules[0].anyOf[1]: no authority is named",
        "anyOf: [release, ci] | anyOf: [] | rules[0].anyOf: expected a list that is not empty",
        "anyOf: [release, ci] | anyOf: release | rules[0].anyOf: expected a list",
        "anyOf: [release, ci] | anyOf: [release, release] | one key is there twice",
        "anyOf: [release, ci] | allOf: [release, ci] | allOf is all of them; remove atLeast",
        "anyOf: [release, ci] | allow: x | allow asks for no signature; remove atLeast",
        "allOf: [ci] | allow: x | allow asks for no signature; remove attestations",
        "allow: pinned by the platform team | allow: ' ' | rules[2].allow: expected a text that is"
            + " not blank",
        "allow: pinned by the platform team | allow: true | rules[2].allow: expected a text",
        "allow: pinned by the platform team | namespaces: [a] | expected one of anyOf, allOf and"
            + " allow, got []",
        "atLeast: 2 | atLeast: 3 | expected 1 to 2 of the authorities, got 3",
        "atLeast: 2 | atLeast: 0 | expected 1 to 2 of the authorities, got 0",
        "atLeast: 2 | atLeast: '2' | atLeast: expected a whole number",
        "atLeast: 2 | atLeast: 1.5 | atLeast: expected a whole number",
        "annotations: {env: prod} | annotations: {env: 1} | write numbers and true in quotes",
        "annotations: {env: prod} | annotation: {env: prod} | unknown field; expected one of"
            + " images",
        "annotations: {env: prod} | signedName: maybe | expected signedName: required or ignored",
        "annotations: {env: prod} | attestations: [] | attestations: expected a list that is not",
        "{type: vuln, | {typ: vuln, | attestations[1].typ: unknown field; expected one of type,"
            + " cel",
        "{type: vuln, | {| attestations[1].type: missing",
        "{type: vuln, | {type: vulnerabilities, | attestations[1].type: expected a predicate type",
        "predicate.critical == 0 | predicate.critical == | attestations[1].cel: cel:1:22: ",
        "predicate.critical == 0 | predicat.critical == 0 | attestations[1].cel: cel:1:1:"
            + " undeclared",
        "predicate.critical == 0 | 1 + 1 | attestations[1].cel: cel: expected an expression that"
            + " is",
        "type: slsaprovenance1 | type: spdxjson | builder belongs to slsaprovenance02 and",
        "builder: https://ci.acme.io/1 | builder: ' ' | attestations[0].builder: expected a text",
        "sourceRepo: git@github.com:acme/app.git | sourceRepo: app | attestations[0].sourceRepo:"
            + " expected a git repository",
        "sourceRepo: git@github.com:acme/app.git | sourceRepo: 'github.com/acme/app@main' |"
            + " sourceRepo has a ref in it; write that as ref",
        "'builder: https://ci.acme.io/1, sourceRepo: git@github.com:acme/app.git, ' | '' | ref"
            + " belongs to a sourceRepo",
        "annotations: {env: prod} | exactDigest: 1 | exactDigest: expected true or false",
        "ghcr.io/acme/tools/* | ghcr.io/acme/tools:v1 | images[0]: expected a pattern",
        "registry.k8s.io/** | ghcr.io/acme/** | two rules are about ghcr.io/acme/**",
        "namespaces: [build] | namespaces: [Build] | namespaces[0]: expected a name",
        "name: strict | name: default | a second policy named",
        "name: ci | name: release | a second authority named",
        "{env: CI_KEY} | {env: OTHER} | authorities[1].key: no such key",
        "{env: CI_KEY} | {} | authorities[1].key: expected one of file and env",
        "{env: CI_KEY} | {env: NOT_A_KEY} | authorities[1].key: expected",
        "key: {env: CI_KEY} | keyless: {issuer: x, subject: y} | anyOf[1]: \"ci\" signs without a"
            + " key, which needs trustedRoot",
        "key: {env: CI_KEY} | keyless: {issuer: x} | expected one of subject and subjectRegExp",
        "key: {env: CI_KEY} | keyless: {subject: x} | expected one of issuer and issuerRegExp",
        "key: {env: CI_KEY} | keyless: {issuer: x, subject: y, name: z} | keyless.name: unknown",
        "key: {env: CI_KEY} | keyless: {issuer: x, subject: y, extensions: {z: a}} | extensions.z:"
            + " expected one of githubWorkflowTrigger",
        "key: {env: CI_KEY} | validUntil: 2027-01-01 | expected one of key and keyless",
        "validFrom: 2026-01-01 | validFrom: yesterday | authorities[0].validFrom: expected a day",
        "validFrom: 2026-01-01 | validFrom: 2027-01-01 | expected validFrom before validUntil",
        "revokedDigests: | revoked: | revoked: unknown field",
        "sha256:000 | sha512:000 | revokedDigests[0]: expected sha256",
        "evidence: 10m | evidence: 10 | remember.evidence: expected a text",
        "evidence: 10m | evidence: 25h | remember: expected a time of 0s to 24h",
        "evidence: 10m | evidence: -1s | remember.evidence: expected a time such as",
        "tags: 1s | tags: 25h | remember: expected a time of 0s to 24h",
        "tags: 1s | tags: -1s | remember.tags: expected a time such as",
        "host: registry.acme.io | hosts: registry.acme.io | registries[0].hosts: unknown field",
        "host: registry.acme.io | host: registry.acme.io/app | registries[0].host: expected a"
            + " registry",
        "host: registry.acme.io | host: 'DEV.acme.io:5000' | registries[1]: a second registry",
        "{helper: acme} | {} | registries[0].credentials: expected one of folder, dockerConfig",
        "{helper: acme} | {helper: acme, folder: x} | registries[0].credentials: expected one of",
        "{helper: acme} | {helper: ../acme} | credentials.helper: expected the part of docker",
        "{helper: acme} | {password: x} | registries[0].credentials.password: unknown field",
        "{helper: acme} | {folder: absent} | registries[0].credentials: cannot read",
        "{helper: acme} | {dockerConfig: absent} | registries[0].credentials: ",
        "{helper: acme} | {dockerConfig: pom.xml} | expected the JSON of a docker configuration",
        "concurrency: 8 | concurrency: 0 | registries[0]: expected a concurrency of 1 to 1000",
        "concurrency: 8 | concurrency: many | registries[0].concurrency: expected a whole number",
        "concurrency: 8 | ca: absent.crt | registries[0]: ",
        "concurrency: 8 | ca: pom.xml | registries[0]: ",
        "concurrency: 8 | clientCert: x.crt | expected clientCert and clientKey, got only one",
        "'http: true' | 'http: true, ca: x.crt' | registries[1]: over http nobody shows",
        "'http: true' | 'http: yes' | registries[1].http: expected true or false",
        "source: docker.io | from: docker.io | mirrors[0].from: unknown field",
        "source: docker.io | source: ghcr.io/acme | mirrors[1]: a second mirror of one source",
        "mirror: mirror.acme.io/ghcr | mirror: mirror.acme.io | mirrors[1]: expected the mirror of"
            + " a",
        "mirror: mirror.acme.io/ghcr | mirror: 'a b' | mirrors[1].mirror: expected",
        "kind: TrustPolicy | kind: [ | expected YAML",
        "kind: TrustPolicy | kind: !!java.net.URL x | expected YAML",
      })
  void refusesTheWholeFileAndSaysWhere(String text, String replacement, String problem) {
    var broken = GOOD.replace(text, replacement);
    assertTrue(!broken.equals(GOOD), text);

    var failure = assertThrows(Exception.class, () -> parse(broken));

    assertTrue(String.valueOf(failure.getMessage()).contains(problem), failure::getMessage);
  }

  /// Else each look at the files would find a change.
  @Test
  void readsOneTextTwiceAsOnePolicy() throws Exception {
    assertEquals(parse(GOOD), parse(GOOD));
    assertNotEquals(parse(GOOD), parse(GOOD.replace("critical == 0", "critical == 1")));
  }

  @Test
  void refusesNamesThatAreThereTwiceAndBombsOfAnchors() {
    assertThrows(FormatException.class, () -> parse(GOOD + "kind: TrustPolicy\n"));
    assertThrows(
        FormatException.class, () -> parse("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n" + GOOD));
  }

  /// The library composes YAML to the end of the stack.
  @Test
  void refusesWhatIsNestedTooDeeply() {
    for (var open : List.of("[", "{a: ", "- ", "? ", "[[a]: ")) {
      var problem =
          assertThrows(FormatException.class, () -> parse("a: " + open.repeat(50_000))).problem();
      assertTrue(problem.startsWith("expected YAML"), problem);
    }
    var rows = new StringBuilder();
    for (int depth = 0; depth < 600; depth++) {
      rows.append(" ".repeat(depth)).append("a:\n");
    }
    assertEquals(
        "expected YAML of at most 32 levels, got more",
        assertThrows(FormatException.class, () -> parse(rows.toString())).problem());
  }

  @Test
  void survivesHostileInput() throws Exception {
    var random = new Random(4);
    for (int i = 0; i < 2_000; i++) {
      var text = new StringBuilder(GOOD);
      for (int n = random.nextInt(4); n >= 0; n--) {
        text.setCharAt(
            random.nextInt(text.length()), "{}[]:-#&*!|>'\"%@`\n \t0".charAt(random.nextInt(20)));
      }
      try {
        var _ = parse(text.toString());
      } catch (FormatException | IOException e) {
        assertTrue(!String.valueOf(e.getMessage()).contains("\n"), e::getMessage);
      }
    }
  }

  private static String place(Policies policies, String name) throws FormatException {
    return policies.registries().place(Repository.parse(name)).toString();
  }

  private static List<Rule> rules(Policies policies, String name) {
    return requireNonNull(policies.byName().get(name)).rules();
  }

  private static Policies parse(String text) throws FormatException, IOException {
    return PolicyFile.parse(Bytes.utf8(text), PolicyFileTest::key, Path.of("."));
  }

  private static Bytes key(KeyReference reference) throws IOException {
    return switch (reference) {
      case KeyReference.File(var path) when path.equals(Path.of("keys/release.pub")) ->
          Bytes.utf8(RELEASE.publicKey().toPem());
      case KeyReference.File(var path) when path.equals(Path.of("root.json")) ->
          Bytes.utf8("{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot.v0.1+json\"}");
      case KeyReference.Variable(var name) when name.equals("CI_KEY") ->
          Bytes.utf8(CI.publicKey().toPem());
      case KeyReference.Variable(var name) when name.equals("NOT_A_KEY") -> Bytes.utf8("secret");
      case KeyReference.File _, KeyReference.Variable _, KeyReference.Web _ ->
          throw new IOException("no such key");
    };
  }
}
