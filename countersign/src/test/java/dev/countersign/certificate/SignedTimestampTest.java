package dev.countersign.certificate;

import static dev.countersign.certificate.TestTimestamp.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.Conformance;
import dev.countersign.DerVariation;
import dev.countersign.HostileInput;
import dev.countersign.certificate.TestCertificate.Issued;
import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.json.JsonValue;
import dev.countersign.trust.CertificateAuthority;
import dev.countersign.trust.TrustedRoot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Timestamps of real authorities, in bundles of the sigstore-conformance suite.
class SignedTimestampTest {
  private static final String WITHOUT_CERTIFICATES = "rekor2-timestamp-without-embedded-cert";
  private static final String WITH_CERTIFICATES = "rekor2-checkpoint-multiple-cosigs";
  private static final String ELSEWHERE = "rekor2-timestamp-with-expired-cert-chain";
  private static final String SHA384 = "608648016503040202";
  private static final byte[] NONE = {};
  private static final byte[] KEY_IDENTIFIER = {4, 7, 1, 1};
  private static final Bytes SIGNATURE = Bytes.utf8("signature");

  private final Issued root = TestCertificate.root("root").issue();
  private final Issued authority =
      TestCertificate.root("authority")
          .by(root)
          .authority(false)
          .forPurposes(TestCertificate.TIME_STAMPING)
          .with("551d0e", DerWriter.octetString(KEY_IDENTIFIER))
          .issue();
  private final TestTimestamp crafted = TestTimestamp.of(SIGNATURE, authority);

  SignedTimestampTest() throws FormatException {}

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
        Optional.of(BigInteger.valueOf(4711)), SignedTimestamp.parse(crafted.sign()).nonce());
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
    assertEquals(17, unnoticed);
  }

  @Test
  void refusesWhatIsNoTimestamp() throws Exception {
    var good = timestamp(WITH_CERTIFICATES).toArray();
    var longer = Arrays.copyOf(good, good.length + 1);

    assertThrows(FormatException.class, () -> SignedTimestamp.parse(Bytes.copyOf(longer)));
    assertThrows(FormatException.class, () -> SignedTimestamp.parse(Bytes.utf8("")));
    refuses(status(2), "expected a timestamp that was granted, got status 2");
    SignedTimestamp.parse(status(1));
  }

  @Test
  void holdsEachElementToItsPlace() throws Exception {
    var taken =
        DerVariation.taken(
            crafted.sign(),
            SignedTimestamp::parse,
            "1.1.0.1", // digest algorithms
            "1.1.0.3.0", // a certificate
            "1.1.0.4", // revocation lists
            "1.1.0.5.0.1.0", // the issuer's name
            "1.1.0.5.0.3.2.1.0", // the signing certificate's attribute
            "1.1.0.5.0.6"); // unsigned attributes

    assertEquals(
        Set.of(
            "more in 0", // the status in words
            "other tag 1.1.0.5.0.1.0", // of no certificate's
            "other tag 1.1.0.5.0.3.2.1.0",
            "without 1.1.0.3", // certificates
            "without 1.1.0.3.0",
            "without 1.1.0.4",
            "without 1.1.0.5.0.2.1", // an algorithm's NULL
            "without 1.1.0.5.0.3.2", // of no certificate's
            "without 1.1.0.5.0.4.1",
            "without 1.1.0.5.0.6"),
        taken);
  }

  @Test
  void holdsEachElementOfTheInfoToItsPlace() throws Exception {
    var taken =
        DerVariation.taken(
            crafted.info(),
            info -> SignedTimestamp.parse(crafted.withInfo(info).sign()),
            "5", // accuracy
            "8"); // the authority's name

    assertEquals(
        Set.of(
            "without 2.0.1", // an algorithm's NULL
            "without 5",
            "without 6", // order
            "without 7", // nonce
            "without 8",
            "without 9", // extensions
            "without 9.0"),
        taken);
  }

  @Test
  void readsVersion1AndEachAttributeOnce() throws Exception {
    var info = crafted.info().toArray();
    info[4] = 2;
    var attributes = DerReader.of(crafted.attributes().toArray()).content(DerReader.SET);
    var first = DerReader.of(attributes).element();
    var twice = Bytes.copyOf(DerWriter.element(DerReader.SET, attributes, first));

    refuses(crafted.withInfo(Bytes.copyOf(info)).sign(), "a TSTInfo of version 1");
    refuses(crafted.withAttributes(twice).sign(), "each signed attribute once");
  }

  @Test
  void refusesACriticalExtension() throws Exception {
    var hex = HexFormat.of();
    var members = hex.formatHex(DerReader.of(crafted.info().toArray()).content(DerReader.SEQUENCE));
    var critical = members.replace("a109300706022a03", "a10c300a06022a030101ff");
    var info = Bytes.copyOf(DerWriter.sequence(hex.parseHex(critical)));

    refuses(crafted.withInfo(info).sign(), "no critical extension");
  }

  @Test
  void holdsEachSignedAttributeToItsPlace() throws Exception {
    var taken =
        DerVariation.taken(
            crafted.attributes(),
            set -> SignedTimestamp.parse(crafted.withAttributes(set).sign()),
            "2.1.0"); // the signing certificate

    assertEquals(Set.of("other tag 2.1.0", "without 2"), taken);
  }

  /// [RFC 5652 §11.1](https://www.rfc-editor.org/rfc/rfc5652#section-11.1).
  @Test
  void theSignedTypeIsThatOfTheContent() {
    var hex = HexFormat.of();
    var signedData = "2a864886f70d010702";
    var attributes =
        hex.formatHex(crafted.attributes().toArray())
            .replace("060b" + TimestampInfo.TYPE, "060b0101" + signedData);

    refuses(
        crafted.withAttributes(Bytes.copyOf(hex.parseHex(attributes))).sign(),
        "a signed content type of TSTInfo");
  }

  /// [RFC 5652 §5.3](https://www.rfc-editor.org/rfc/rfc5652#section-5.3).
  @Test
  void theSignerIsNamed() throws Exception {
    var namesake = TestCertificate.root("authority").by(root).issue(authority.key());

    assertTrue(isSigned(crafted));
    assertTrue(isSigned(crafted.named(DerWriter.element(0x80, KEY_IDENTIFIER))));
    assertFalse(isSigned(crafted.named(DerWriter.element(0x80, new byte[] {5}))));
    assertFalse(
        SignedTimestamp.parse(
                TestTimestamp.of(SIGNATURE, namesake)
                    .named(DerWriter.element(0x80, KEY_IDENTIFIER))
                    .sign())
            .isSignedBy(namesake.certificate()));
    assertFalse(isSigned(crafted.named(TestTimestamp.of(SIGNATURE, namesake).name().toArray())));
    assertFalse(isSigned(crafted.named(TestTimestamp.of(SIGNATURE, root).name().toArray())));
  }

  /// By a hash of its certificate inside the signature ([RFC
  /// 5816](https://www.rfc-editor.org/rfc/rfc5816)), of which SHA-256 is the default.
  @Test
  void theSignersCertificateIsSigned() throws Exception {
    var der = authority.certificate().der();
    var other = root.certificate().der();
    var v1 = TestTimestamp.SIGNING_CERTIFICATE;
    var v2 = TestTimestamp.SIGNING_CERTIFICATE_V2;

    assertTrue(isSigned(crafted.bound(v1, id(sha1(der)))));
    assertTrue(isSigned(crafted.bound(v2, id(SHA384, HashAlgorithm.SHA384.of(der)))));
    assertFalse(isSigned(crafted.bound(v1, id(sha1(other)))));
    assertFalse(isSigned(crafted.bound(v1, id(HashAlgorithm.SHA256.of(der)))));
    assertFalse(isSigned(crafted.bound(v2, id(HashAlgorithm.SHA256.of(other)))));
    assertFalse(isSigned(crafted.bound(v2, id(sha1(der)))));
    assertFalse(isSigned(crafted.bound(v2, id(SHA384, HashAlgorithm.SHA256.of(der)))));
    assertFalse(isSigned(crafted.bound("2a03", id(HashAlgorithm.SHA256.of(der)))));
  }

  @Test
  void theSignersKeySigned() throws Exception {
    assertFalse(
        isSigned(
            TestTimestamp.of(
                SIGNATURE, new Issued("authority", authority.certificate(), root.key()))));
  }

  private boolean isSigned(TestTimestamp timestamp) throws FormatException {
    return SignedTimestamp.parse(timestamp.sign()).isSignedBy(authority.certificate());
  }

  @Test
  void readsNoMoreThanItsBounds() throws Exception {
    var most = certificates(Certificate.MOST - 1);
    assertEquals(16, SignedTimestamp.parse(crafted.sign(most, NONE)).certificates().size());
    refuses(crafted.sign(certificates(Certificate.MOST), NONE), "at most 16 certificates");
    SignedTimestamp.parse(crafted.sign(NONE, new byte[SignedTimestamp.MAX_BYTES - 2_000]));
    refuses(crafted.sign(NONE, new byte[SignedTimestamp.MAX_BYTES]), "expected a signed timestamp");
    SignedTimestamp.parse(withAttributes(32).sign());
    refuses(withAttributes(33).sign(), "not over 32");
  }

  private byte[] certificates(int count) {
    var certificates = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      certificates.writeBytes(root.certificate().der().toArray());
    }
    return certificates.toByteArray();
  }

  private TestTimestamp withAttributes(int count) throws FormatException {
    var attributes = new ByteArrayOutputStream();
    attributes.writeBytes(DerReader.of(crafted.attributes().toArray()).content(DerReader.SET));
    for (int i = 3; i < count; i++) {
      attributes.writeBytes(
          TestTimestamp.attribute(HexFormat.of().toHexDigits((byte) i), DerWriter.ofNull()));
    }
    return crafted.withAttributes(
        Bytes.copyOf(DerWriter.element(DerReader.SET, attributes.toByteArray())));
  }

  /// A response with the status octet `status`, of which 1 grants with modifications.
  private Bytes status(int status) {
    var response = crafted.sign().toArray();
    response[8] = (byte) status;
    return Bytes.copyOf(response);
  }

  private static void refuses(Bytes response, String reason) {
    var problem =
        assertThrows(FormatException.class, () -> SignedTimestamp.parse(response)).problem();
    assertTrue(problem.contains(reason), problem);
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

  private static Bytes sha1(Bytes content) throws NoSuchAlgorithmException {
    return Bytes.copyOf(MessageDigest.getInstance("SHA-1").digest(content.toArray()));
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
