package dev.countersign.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.json.JsonObject;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import dev.countersign.transparency.LogEntry;
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.VerificationResult.Rejected;
import dev.countersign.verify.VerificationResult.Verified;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());
  private static final Authority RELEASE = new Authority.Key("release", KEY.publicKey());
  private static final Digest IMAGE = Digest.of(Bytes.utf8("image"));
  private static final Digest OTHER_IMAGE = Digest.of(Bytes.utf8("other image"));

  @Test
  void acceptsTheImageThatTheKeySigned() {
    var result = verify(signed(KEY, IMAGE), Claims.Required.IMAGE);

    var verified = assertInstanceOf(Verified.class, result);
    assertEquals(IMAGE, verified.claim().images().getFirst());
    assertEquals("sha256", verified.scheme().toString());
  }

  @Test
  void concernsSignaturesOfImagesOrAttestationsOfAType() throws FormatException {
    var scan = new Claims.Attestation("https://example.com/scan");

    for (var one : List.of(signed(KEY, IMAGE), bundled(KEY))) {
      assertTrue(Claims.Required.IMAGE.concern(one));
      assertFalse(scan.concern(one));
    }
    assertTrue(scan.concern(attestation("https://example.com/scan")));
    assertFalse(scan.concern(attestation("https://example.com/other")));
  }

  @Test
  void saysUnderWhichNameAnImageWasSigned() throws FormatException {
    var wanted = Repository.parse("registry.example/app");

    assertEquals(
        "signs the image as nothing, not as registry.example/app",
        new Reason.OtherName("", wanted).text());
    assertEquals(
        "signs the image as other/app, not as registry.example/app",
        new Reason.OtherName("other/app", wanted).text());
  }

  @Test
  void rejectsTheSignatureOfAnotherKey() {
    assertEquals("wrong-key", rejection(verify(signed(OTHER_KEY, IMAGE), Claims.Required.IMAGE)));
  }

  @Test
  void rejectsPayloadOfAnotherImage() {
    var result = verify(signed(KEY, OTHER_IMAGE), Claims.Required.IMAGE);

    assertEquals("other-image", rejection(result));
    assertEquals(
        new Reason.OtherImage(List.of(OTHER_IMAGE)),
        assertInstanceOf(Rejected.class, result).reason());
  }

  @Test
  void acceptsAnotherImageOnlyWhenClaimsAreUnchecked() {
    var result = verify(signed(KEY, OTHER_IMAGE), new Claims.InsecureUnchecked());

    assertInstanceOf(Verified.class, result);
  }

  @Test
  void wantsEachAnnotationWithExactlyItsText() {
    var signature = signed(KEY, IMAGE, Map.of("env", "prod", "n", "1"));

    assertInstanceOf(Verified.class, verify(signature, required(Map.of("env", "prod"))));
    assertEquals(
        "missing-annotation", rejection(verify(signature, required(Map.of("env", "dev")))));
    assertEquals(
        "missing-annotation", rejection(verify(signature, required(Map.of("Env", "prod")))));
    assertEquals(
        "missing-annotation",
        rejection(verify(signature, required(Map.of("env", "prod", "x", "y")))));
  }

  @Test
  void rejectsWhatCouldNotBeReadAsASignature() {
    var result = verify(new Signature.Malformed("no annotation"), Claims.Required.IMAGE);

    assertEquals("malformed", rejection(result));
  }

  @Test
  void rejectsSignedBytesThatAreNoClaim() {
    var payload = Bytes.utf8("{}");
    var signature = new SimpleSigning.Sealed(payload, KEY.sign(payload));

    assertEquals(
        "malformed",
        rejection(
            verify(new Signature.Simple(signature, Optional.empty()), Claims.Required.IMAGE)));
  }

  @Test
  void saysThatAnAttachedLogEntryWasNotVerified() {
    var sealed = seal(KEY, IMAGE, Map.of());
    var result = verify(withLogEntry(sealed, entry(sealed, KEY, sealed)), Claims.Required.IMAGE);

    var log = assertInstanceOf(Verified.class, result).log();
    assertEquals(
        42, assertInstanceOf(LogEvidence.Unverified.class, log).entries().getFirst().logIndex());
  }

  /// CVE-2022-23649 and CVE-2026-22703: a good log entry of something else vouched for anything.
  @Test
  void rejectsALogEntryOfAnotherSignatureKeyOrPayload_CVE_2022_23649_CVE_2026_22703() {
    var sealed = seal(KEY, IMAGE, Map.of());
    var again = seal(KEY, IMAGE, Map.of("again", "1"));

    for (var entry :
        new String[] {
          entry(again, KEY, sealed), entry(sealed, OTHER_KEY, sealed), entry(sealed, KEY, again)
        }) {
      assertEquals(
          "other-log-entry", rejection(verify(withLogEntry(sealed, entry), Claims.Required.IMAGE)));
    }
  }

  @Test
  void rejectsALogEntryThatIsNone() {
    var sealed = seal(KEY, IMAGE, Map.of());

    for (var entry : new String[] {"", "{}", "null", "{\"Payload\":{\"body\":\"e30=\"}}"}) {
      assertEquals(
          "malformed", rejection(verify(withLogEntry(sealed, entry), Claims.Required.IMAGE)));
    }
  }

  @Test
  void acceptsABundleThatTheKeySigned() {
    var verified = assertInstanceOf(Verified.class, verify(bundled(KEY), Claims.Required.IMAGE));

    assertEquals(List.of(IMAGE), verified.claim().images());
    assertEquals(Signature.Form.BUNDLE, verified.signature().form());
  }

  @Test
  void judgesABundleByTheSameRules() {
    var other = new Signer(KEY, Map.of());
    var annotated = new Signer(KEY, Map.of("env", "prod"));

    assertEquals("wrong-key", rejection(verify(bundled(OTHER_KEY), Claims.Required.IMAGE)));
    assertEquals(
        "other-image", rejection(verify(bundled(other, OTHER_IMAGE), Claims.Required.IMAGE)));
    assertInstanceOf(
        Verified.class, verify(bundled(other, OTHER_IMAGE), new Claims.InsecureUnchecked()));
    assertInstanceOf(
        Verified.class, verify(bundled(annotated, IMAGE), required(Map.of("env", "prod"))));
    assertEquals(
        "missing-annotation",
        rejection(verify(bundled(annotated, IMAGE), required(Map.of("env", "dev")))));
  }

  /// cosign 3.1 takes any statement by the key for a signature.
  @Test
  void takesNoAttestationForASignature() throws FormatException {
    var attestation = attestation("https://spdx.dev/Document");

    for (var claims : List.of(Claims.Required.IMAGE, new Claims.InsecureUnchecked())) {
      assertEquals("other-predicate", rejection(verify(attestation, claims)));
      assertFalse(claims.concern(attestation));
    }
  }

  /// CVE-2022-35929: a type was demanded, and another one accepted.
  @Test
  void takesNoAttestationOfAnotherType_CVE_2022_35929() throws FormatException {
    var spdx = new Claims.Attestation("https://spdx.dev/Document");

    assertInstanceOf(Verified.class, verify(attestation("https://spdx.dev/Document"), spdx));
    for (var type : List.of("https://spdx.dev/document", "https://spdx.dev", Statement.SIGNATURE)) {
      assertEquals("other-predicate", rejection(verify(attestation(type), spdx)));
      assertFalse(spdx.concern(attestation(type)));
    }
    assertEquals("other-predicate", rejection(verify(signed(KEY, IMAGE), spdx)));
  }

  @Test
  void asksAnUncheckedAttestationOnlyForItsTypeAndKey() throws FormatException {
    var unchecked = new Claims.InsecureAttestation("https://spdx.dev/Document");
    var attestation = attestation("https://spdx.dev/Document");
    var authority = new Authority.Key("cosign.pub", KEY.publicKey());

    assertInstanceOf(
        Verified.class,
        Verifier.verify(OTHER_IMAGE, attestation, authority, unchecked, Instant.EPOCH));
    assertEquals(
        "other-image",
        rejection(
            Verifier.verify(
                OTHER_IMAGE,
                attestation,
                authority,
                new Claims.Attestation("https://spdx.dev/Document"),
                Instant.EPOCH)));
    assertEquals("other-predicate", rejection(verify(attestation("https://e.x/y"), unchecked)));
    assertEquals(
        "wrong-key",
        rejection(
            verify(
                new Signature.Attested(
                    envelope(OTHER_KEY, statement("https://spdx.dev/Document")), Optional.empty()),
                unchecked)));
  }

  @Test
  void judgesAnAttestationInTagForm() throws FormatException {
    var spdx = new Claims.Attestation("https://spdx.dev/Document");
    var statement = statement("https://spdx.dev/Document");
    for (var key : List.of(KEY, OTHER_KEY)) {
      var envelope = envelope(key, statement);
      var result = verify(new Signature.Attested(envelope, Optional.empty()), spdx);
      assertEquals(key == KEY, result instanceof Verified);
    }
  }

  @Test
  void takesNoSignatureOfAFileForAnImages() {
    var file = new Bundle.Content.Message(HashAlgorithm.SHA256, bytes("d"), bytes("s"));
    var bundle = new Signature.Bundled(Bundle.of("hint", file));

    assertEquals("signed-a-file", rejection(verify(bundle, Claims.Required.IMAGE)));
  }

  /// A certificate that lies in the bundle is no key that somebody asked for.
  @Test
  void takesNoKeyFromTheBundle() throws FormatException {
    var enveloped = new Bundle.Content.Enveloped(envelope(KEY, statement(Statement.SIGNATURE)));
    var certified =
        new Bundle(
            Bundle.Version.V0_3,
            new Bundle.Material.Certificates(List.of(bytes("certificate"))),
            List.of(),
            List.of(),
            enveloped);

    assertEquals(
        "signed-with-certificate",
        rejection(verify(new Signature.Bundled(certified), Claims.Required.IMAGE)));
  }

  @Test
  void believesNoHint() throws FormatException {
    var enveloped = new Bundle.Content.Enveloped(envelope(KEY, statement(Statement.SIGNATURE)));

    for (var hint : List.of("", "zzz", OTHER_KEY.publicKey().hint())) {
      assertInstanceOf(
          Verified.class,
          verify(new Signature.Bundled(Bundle.of(hint, enveloped)), Claims.Required.IMAGE));
    }
  }

  /// CVE-2022-23649 and CVE-2026-22703, in bundle form.
  @Test
  void rejectsABundlesLogEntryOfAnotherSignatureKeyOrPayload_CVE_2022_23649_CVE_2026_22703()
      throws FormatException {
    var envelope = envelope(KEY, statement(Statement.SIGNATURE));
    var another = envelope(KEY, statement("another"));

    assertInstanceOf(
        Verified.class, verify(logged(envelope, envelope, KEY, envelope), Claims.Required.IMAGE));
    for (var signature :
        List.of(
            logged(envelope, another, KEY, envelope),
            logged(envelope, envelope, OTHER_KEY, envelope),
            logged(envelope, envelope, KEY, another))) {
      assertEquals("other-log-entry", rejection(verify(signature, Claims.Required.IMAGE)));
    }
  }

  /// A bundle whose entry is of kind `dsse`: this signature, by this key, over that payload.
  @Test
  void saysThatNoLogEntryCameWithABundle() {
    var verified = assertInstanceOf(Verified.class, verify(bundled(KEY), Claims.Required.IMAGE));

    assertEquals(new LogEvidence.None(), verified.log());
  }

  @Test
  void namesTheImagesThatWereSignedInstead() {
    assertEquals("signs another image, none by SHA-256", new Reason.OtherImage(List.of()).text());
    assertEquals(
        "signs another image, " + OTHER_IMAGE, new Reason.OtherImage(List.of(OTHER_IMAGE)).text());
    assertEquals(
        "signs another image, " + OTHER_IMAGE + " and 2 more",
        new Reason.OtherImage(List.of(OTHER_IMAGE, IMAGE, IMAGE)).text());
  }

  private static Signature logged(
      Envelope envelope, Envelope signature, SoftwareKey key, Envelope payload)
      throws FormatException {
    var body =
        ("{\"apiVersion\":\"0.0.1\",\"kind\":\"dsse\",\"spec\":{\"payloadHash\":{\"algorithm\":"
                + "\"sha256\",\"value\":\"%s\"},\"signatures\":[{\"signature\":\"%s\",\"verifier\":"
                + "\"%s\"}]}}")
            .formatted(
                HashAlgorithm.SHA256.hexOf(payload.unverifiedPayload()),
                Base64Text.encode(signature.signatures().getFirst()),
                Base64Text.encode(Bytes.utf8(key.publicKey().toPem())));
    var entry =
        new LogEntry(
            bytes("log"),
            1,
            0,
            Optional.of(new LogEntry.Kind("dsse", "0.0.1")),
            Bytes.utf8(body),
            Optional.empty(),
            Optional.empty());
    return new Signature.Bundled(
        new Bundle(
            Bundle.Version.V0_3,
            new Bundle.Material.KeyHint(""),
            List.of(entry),
            List.of(),
            new Bundle.Content.Enveloped(envelope)));
  }

  private static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }

  private static Statement statement(String type) throws FormatException {
    return type.equals(Statement.SIGNATURE)
        ? Statement.signature(IMAGE, Map.of())
        : Statement.attestation(Statement.Subject.of("app", IMAGE), type, Bytes.utf8("{}"));
  }

  private static Envelope envelope(SoftwareKey key, Statement statement) {
    var payload = statement.toBytes();
    var signature = key.sign(Envelope.encode(Envelope.IN_TOTO, payload));
    return new Envelope(Envelope.IN_TOTO, payload, List.of(signature));
  }

  private static Signature attestation(String type) throws FormatException {
    var content = new Bundle.Content.Enveloped(envelope(KEY, statement(type)));
    return new Signature.Bundled(Bundle.of("", content));
  }

  private static Signature bundled(SoftwareKey key) {
    return bundled(new Signer(key, Map.of()), IMAGE);
  }

  private static Signature bundled(Signer signer, Digest image) {
    try {
      return new Signature.Bundled(
          signer.bundle(new Repository("ghcr.io", "acme/app").digest(image)));
    } catch (IOException e) {
      throw new AssertionError("a key in memory", e);
    }
  }

  private static VerificationResult verify(Signature signature, Claims claims) {
    return Verifier.verify(IMAGE, signature, RELEASE, claims, Instant.EPOCH);
  }

  private static String rejection(VerificationResult result) {
    return assertInstanceOf(Rejected.class, result).reason().code();
  }

  /// A name with a tag, or of the same registry in another spelling, is the name.
  @Test
  void wantsTheImageToBeSignedUnderItsNameWhereThatIsAsked() throws Exception {
    var hub = Repository.parse("docker.io/acme/app");

    for (var signed :
        List.of("index.docker.io/acme/app", "acme/app:v1", "docker.io/acme/app@" + IMAGE)) {
      assertInstanceOf(Verified.class, verify(named(signed), named(hub)), signed);
    }
    for (var signed :
        List.of("", "ghcr.io/acme/app", "docker.io/acme/app2", "docker.io/acme", "acme/app v1")) {
      assertEquals("other-name", rejection(verify(named(signed), named(hub))), signed);
    }
    assertEquals("no-signed-name", rejection(verify(bundled(KEY), named(hub))));
  }

  private static Claims named(Repository name) {
    return new Claims.Required(Map.of(), Optional.of(name));
  }

  private static Signature named(String dockerReference) {
    var payload = SimpleSigning.of(dockerReference, IMAGE, Map.of()).toBytes();
    return new Signature.Simple(
        new SimpleSigning.Sealed(payload, KEY.sign(payload)), Optional.empty());
  }

  private static Claims required(Map<String, String> annotations) {
    return new Claims.Required(annotations);
  }

  private static Signature signed(SoftwareKey key, Digest image) {
    return signed(key, image, Map.of());
  }

  private static Signature signed(SoftwareKey key, Digest image, Map<String, String> annotations) {
    return new Signature.Simple(seal(key, image, annotations), Optional.empty());
  }

  private static SimpleSigning.Sealed seal(
      SoftwareKey key, Digest image, Map<String, String> annotations) {
    var payload = SimpleSigning.of("ghcr.io/acme/app", image, annotations).toBytes();
    return new SimpleSigning.Sealed(payload, key.sign(payload));
  }

  private static Signature withLogEntry(SimpleSigning.Sealed sealed, String entry) {
    return new Signature.Simple(sealed, Optional.of(entry));
  }

  private static String entry(
      SimpleSigning.Sealed signature, SoftwareKey key, SimpleSigning.Sealed payload) {
    var hash =
        JsonObject.empty().with("algorithm", "sha256").with("value", payload.payloadDigest().hex());
    var publicKey =
        JsonObject.empty().with("content", Base64Text.encode(Bytes.utf8(key.publicKey().toPem())));
    var spec =
        JsonObject.empty()
            .with("data", JsonObject.empty().with("hash", hash))
            .with(
                "signature",
                JsonObject.empty()
                    .with("content", Base64Text.encode(signature.signature()))
                    .with("publicKey", publicKey));
    var body =
        JsonObject.empty()
            .with("apiVersion", "0.0.1")
            .with("kind", "hashedrekord")
            .with("spec", spec);
    var entry =
        JsonObject.empty()
            .with("body", Base64Text.encode(body.toBytes()))
            .with("integratedTime", 1_700_000_000)
            .with("logIndex", 42)
            .with("logID", "00");
    return new String(
        JsonObject.empty()
            .with("SignedEntryTimestamp", "")
            .with("Payload", entry)
            .toBytes()
            .toArray(),
        java.nio.charset.StandardCharsets.UTF_8);
  }
}
