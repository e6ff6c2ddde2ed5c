package dev.countersign.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.verify.VerificationResult.LogEvidence;
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.VerificationResult.Rejected;
import dev.countersign.verify.VerificationResult.Verified;
import java.security.SecureRandom;
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
  void rejectsALogEntryOfAnotherSignatureKeyOrPayload() {
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

  private static VerificationResult verify(Signature signature, Claims claims) {
    return Verifier.verify(IMAGE, signature, RELEASE, claims);
  }

  private static String rejection(VerificationResult result) {
    return assertInstanceOf(Rejected.class, result).reason().code();
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
