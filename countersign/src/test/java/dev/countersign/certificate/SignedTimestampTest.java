package dev.countersign.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.Conformance;
import dev.countersign.HostileInput;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.trust.CertificateAuthority;
import dev.countersign.trust.TrustedRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Timestamps of real authorities, in bundles of the sigstore-conformance suite.
class SignedTimestampTest {
  private static final String WITHOUT_CERTIFICATES = "rekor2-timestamp-without-embedded-cert";
  private static final String WITH_CERTIFICATES = "rekor2-checkpoint-multiple-cosigs";
  private static final String ELSEWHERE = "rekor2-timestamp-with-expired-cert-chain";

  @Test
  void readsWhatAuthoritiesSigned() throws Exception {
    for (var name : List.of(WITHOUT_CERTIFICATES, WITH_CERTIFICATES, ELSEWHERE)) {
      var timestamp = SignedTimestamp.parse(timestamp(name));
      var authority = authority(name);

      assertTrue(timestamp.isOf(signature(name)), name);
      assertFalse(timestamp.isOf(Bytes.utf8("another signature")), name);
      assertTrue(timestamp.isSignedBy(authority.chain().getFirst()), name);
      assertFalse(timestamp.isSignedBy(authority.root()), name);
    }
    assertEquals(
        Instant.parse("2025-06-12T12:02:20Z"),
        SignedTimestamp.parse(timestamp(WITH_CERTIFICATES)).time());
  }

  @Test
  void tellsAuthoritiesApart() throws Exception {
    var timestamp = SignedTimestamp.parse(timestamp(ELSEWHERE));

    assertFalse(timestamp.isSignedBy(authority(WITH_CERTIFICATES).chain().getFirst()));
  }

  /// CVE-2026-39984: a certificate that came with the timestamp was believed.
  @Test
  void aCertificateThatCameAlongIsNoProof_CVE_2026_39984() throws Exception {
    var timestamp = SignedTimestamp.parse(timestamp(WITH_CERTIFICATES));
    var brought = timestamp.certificates().getFirst();
    var other = authority(ELSEWHERE);

    assertTrue(timestamp.isSignedBy(brought));
    assertTrue(
        new CertificatePath(brought, other.intermediates(), other.root())
            .problem(timestamp.time(), Purpose.TIME_STAMPING)
            .isPresent());
  }

  @Test
  void anAuthoritysCertificateIsForTimestampsAlone() throws Exception {
    var authority = authority(WITH_CERTIFICATES);
    var path =
        new CertificatePath(
            authority.chain().getFirst(), authority.intermediates(), authority.root());
    var time = SignedTimestamp.parse(timestamp(WITH_CERTIFICATES)).time();

    assertTrue(path.problem(time, Purpose.TIME_STAMPING).isEmpty());
    assertTrue(path.problem(time, Purpose.CODE_SIGNING).isPresent());
  }

  /// No byte of it can be changed without anybody noticing, but those that nothing is read from:
  /// what came along and is not signed.
  @Test
  void noSignedByteCanBeChanged() throws Exception {
    var good = timestamp(WITHOUT_CERTIFICATES).toArray();
    var signer = authority(WITHOUT_CERTIFICATES).chain().getFirst();
    var signature = signature(WITHOUT_CERTIFICATES);
    var time = SignedTimestamp.parse(Bytes.copyOf(good)).time();
    int unnoticed = 0;

    for (int i = 0; i < good.length; i++) {
      var bad = good.clone();
      bad[i] ^= 0x01;
      try {
        var timestamp = SignedTimestamp.parse(Bytes.copyOf(bad));
        if (timestamp.isOf(signature) && timestamp.isSignedBy(signer)) {
          assertEquals(time, timestamp.time());
          unnoticed++;
        }
      } catch (FormatException e) {
        // The best answer.
      }
    }

    // The status, versions, and the list of digest algorithms, which stand outside the signature.
    assertTrue(unnoticed < 40, () -> "changed without notice");
  }

  @Test
  void refusesWhatIsNoTimestamp() throws Exception {
    var good = timestamp(WITH_CERTIFICATES).toArray();
    var longer = java.util.Arrays.copyOf(good, good.length + 1);

    assertThrows(FormatException.class, () -> SignedTimestamp.parse(Bytes.copyOf(longer)));
    assertThrows(FormatException.class, () -> SignedTimestamp.parse(Bytes.utf8("")));
    assertThrows(
        FormatException.class,
        () -> SignedTimestamp.parse(Bytes.copyOf(new byte[SignedTimestamp.MAX_BYTES + 1])));
  }

  @Test
  void survivesHostileInput() throws Exception {
    HostileInput.attack(
        3161,
        input -> {
          var timestamp = SignedTimestamp.parse(input);
          timestamp.certificates().forEach(timestamp::isSignedBy);
        },
        timestamp(WITH_CERTIFICATES),
        timestamp(WITHOUT_CERTIFICATES),
        timestamp(ELSEWHERE));
  }

  private static CertificateAuthority authority(String name) throws IOException, FormatException {
    return TrustedRoot.parse(read(name, "trusted_root.json")).timestampAuthorities().getFirst();
  }

  private static Bytes timestamp(String name) throws IOException, FormatException {
    var timestamps =
        JsonValue.parseObject(read(name, "bundle.sigstore.json"))
            .getObject("verificationMaterial")
            .getObject("timestampVerificationData")
            .getArray("rfc3161Timestamps");
    return Base64Text.decode(
        timestamps.getFirst().asObject("a timestamp").getString("signedTimestamp"));
  }

  private static Bytes signature(String name) throws IOException, FormatException {
    return Base64Text.decode(
        JsonValue.parseObject(read(name, "bundle.sigstore.json"))
            .getObject("messageSignature")
            .getString("signature"));
  }

  private static Bytes read(String name, String file) throws IOException {
    Path folder = Conformance.path("sigstore/cases/" + name);
    return Bytes.copyOf(Files.readAllBytes(folder.resolve(file)));
  }
}
