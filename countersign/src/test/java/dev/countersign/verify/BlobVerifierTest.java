package dev.countersign.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.countersign.certificate.Certificate;
import dev.countersign.certificate.TestCertificate;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.sign.BlobSigner;
import dev.countersign.sign.Signer;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Statement;
import dev.countersign.trust.CertificateAuthority;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.trust.Validity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobVerifierTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());
  private static final Bytes CONTENT = Bytes.utf8("content");
  private static final Blob BLOB = Blob.of(CONTENT);
  private static final Blob OTHER_BLOB = Blob.of(Bytes.utf8("other content"));

  @ParameterizedTest
  @CsvSource({
    "EC, secp256r1, sha256, SHA256",
    "EC, secp384r1, sha384, SHA384",
    "EC, secp521r1, sha512, SHA512",
    "RSA, 2048, sha256, SHA256",
    "Ed25519, '', ed25519, SHA256"
  })
  void acceptsTheFileThatTheKeySigned(String kind, String size, String scheme, HashAlgorithm named)
      throws Exception {
    var key = key(kind, size);
    var signer = new BlobSigner(key);
    var bundle = signer.bundle(BLOB);

    for (var signature :
        List.of(
            new BlobSignature.Bundled(bundle),
            signer.old(BLOB),
            new BlobSignature.Bare(key.sign(CONTENT)))) {
      var verified =
          assertInstanceOf(BlobResult.Verified.class, verify(BLOB, signature, key.publicKey()));
      assertEquals(scheme, verified.scheme().toString());
      assertEquals(new LogEvidence.None(), verified.log());
      assertEquals("wrong", rejection(OTHER_BLOB, signature, key.publicKey(), "wrong"));
    }
    assertEquals(
        Optional.of(new Bundle.MessageDigest(named, named.of(CONTENT))),
        assertInstanceOf(Bundle.Content.Message.class, bundle.content()).digest());
  }

  @ParameterizedTest
  @CsvSource({"EC, secp256r1", "EC, secp384r1", "EC, secp521r1", "RSA, 2048"})
  void aFileIsSignedAndVerifiedByItsHashAlone(String kind, String size) throws Exception {
    var key = key(kind, size);
    var signer = new BlobSigner(key);
    var unkept = Blob.read(stream(), signer.hashes(), 0);

    for (var signature :
        List.of(new BlobSignature.Bundled(signer.bundle(unkept)), signer.old(unkept))) {
      var hashes = BlobVerifier.hashes(signature, new Authority.Key("key", key.publicKey()));
      var result = verify(Blob.read(stream(), hashes, 0), signature, key.publicKey());

      assertInstanceOf(BlobResult.Verified.class, result);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void aFileIsVerifiedByTheHashOfItsCertificatesKeyAlone(String curve) throws Exception {
    var root = TestCertificate.root("root").issue();
    var signer = TestCertificate.signer(root, "https://ci", "https://id").issue(key("EC", curve));
    var certificate = signer.certificate();
    var content = new Bundle.Content.Message(Optional.empty(), signer.key().sign(CONTENT));
    var authority =
        new Authority.Keyless(
            "ci",
            IdentityMatch.exactly("https://ci", "https://id"),
            new Witnessing(trust(root.certificate()), 0, 0, 0));

    for (var signature :
        List.of(
            new BlobSignature.Bundled(
                new Bundle(
                    Bundle.Version.V0_3,
                    new Bundle.Material.Certificates(List.of(certificate.der())),
                    List.of(),
                    List.of(),
                    content)),
            new BlobSignature.Old(
                content.signature(),
                Optional.of(Base64Text.encode(Bytes.utf8(certificate.toPem()))),
                Optional.empty()))) {
      var blob = Blob.read(stream(), BlobVerifier.hashes(signature, authority), 0);

      assertInstanceOf(
          BlobResult.Verified.class,
          BlobVerifier.verify(blob, signature, authority, TestCertificate.NOON));
    }
  }

  private static TrustedRoot trust(Certificate root) {
    return new TrustedRoot(
        List.of(),
        List.of(new CertificateAuthority("", List.of(root), Validity.ALWAYS)),
        List.of(),
        List.of());
  }

  @Test
  void rejectsTheSignatureOfAnotherKey() throws IOException {
    var signer = new BlobSigner(OTHER_KEY);

    assertEquals("wrong-key", rejection(new BlobSignature.Bundled(signer.bundle(BLOB))));
    assertEquals("wrong-key", rejection(signer.old(BLOB)));
    assertEquals("wrong-key", rejection(new BlobSignature.Bare(OTHER_KEY.sign(CONTENT))));
    assertEquals("wrong-key", rejection(new BlobSignature.Bare(Bytes.utf8(""))));
  }

  /// cosign up to 3.1.2 verified with the key that it found in the bundle, whatever `--key` said.
  @Test
  void takesNoKeyFromAnOldBundle_GHSA_fx35_mq7g_6g98() throws IOException {
    var forged = new BlobSigner(OTHER_KEY).old(BLOB);

    assertEquals(
        Optional.of(Base64Text.encode(Bytes.utf8(OTHER_KEY.publicKey().toPem()))),
        forged.certificate());
    assertEquals("wrong-key", rejection(forged));
  }

  /// Nor does that key stand for an identity.
  @Test
  void takesNoKeyOfAnOldBundleForAnIdentity_GHSA_fx35_mq7g_6g98() throws IOException {
    var anybody =
        new Authority.Keyless(
            "anybody",
            new IdentityMatch(text -> true, text -> true, Map.of()),
            new Witnessing(TrustedRoot.NOBODY, 0, 0, 0));
    var forged = new BlobSigner(OTHER_KEY).old(BLOB);

    var result = BlobVerifier.verify(BLOB, forged, anybody, Instant.EPOCH);

    assertEquals(
        "signed-with-key", assertInstanceOf(BlobResult.Rejected.class, result).reason().code());
  }

  @Test
  void comparesTheDigestThatABundleNamesWithTheFilesOwn() throws IOException {
    var good = KEY.sign(CONTENT);

    for (var algorithm : HashAlgorithm.values()) {
      var named = new Bundle.MessageDigest(algorithm, algorithm.of(CONTENT));
      var lying = new Bundle.MessageDigest(algorithm, algorithm.of(Bytes.utf8("other")));
      var signature = bundled(Optional.of(named), good);
      var hashes = BlobVerifier.hashes(signature, new Authority.Key("key", KEY.publicKey()));

      assertInstanceOf(
          BlobResult.Verified.class,
          verify(Blob.read(stream(), hashes, 0), signature, KEY.publicKey()));
      assertEquals("other-file", rejection(bundled(Optional.of(lying), good)));
    }
  }

  /// As cosign 3 writes bundles by Ed25519 keys.
  @Test
  void needsNoDigestInABundle() throws IOException {
    var signature = bundled(Optional.empty(), KEY.sign(CONTENT));

    assertInstanceOf(BlobResult.Verified.class, verify(BLOB, signature, KEY.publicKey()));
    assertEquals("wrong-key", rejection(OTHER_BLOB, signature, KEY.publicKey(), "wrong-key"));
  }

  @Test
  void rejectsAStatementAndACertificate() throws Exception {
    var image = Digest.of(CONTENT);
    var statement =
        Statement.attestation(
            Statement.Subject.of("file", image), "https://example.com/t", Bytes.utf8("{}"));
    var attested = new Signer(KEY, Map.of()).bundle(statement);
    var plain = new BlobSigner(KEY).bundle(BLOB);
    var keyless =
        new Bundle(
            plain.version(),
            new Bundle.Material.Certificates(List.of(CONTENT)),
            List.of(),
            List.of(),
            plain.content());

    assertEquals("signed-a-statement", rejection(new BlobSignature.Bundled(attested)));
    assertEquals(
        Set.of(HashAlgorithm.SHA256),
        BlobVerifier.hashes(
            new BlobSignature.Bundled(attested), new Authority.Key("key", KEY.publicKey())));
    assertEquals("signed-with-certificate", rejection(new BlobSignature.Bundled(keyless)));
  }

  @Test
  void saysWhatIsMissingOfAFile() throws Exception {
    var ed25519 = key("Ed25519", "");
    var p384 = key("EC", "secp384r1");
    var bySha256 = Blob.ofHash(HashAlgorithm.SHA256, HashAlgorithm.SHA256.of(CONTENT));

    for (var key : List.of(ed25519, p384)) {
      var bare = new BlobSignature.Bare(key.sign(CONTENT));
      assertEquals("file-not-at-hand", rejection(bySha256, bare, key.publicKey(), ""));
    }
    var anothers = new BlobSignature.Bare(OTHER_KEY.sign(CONTENT));
    assertEquals("wrong-key", rejection(bySha256, anothers, KEY.publicKey(), "wrong-key"));
    var named = new BlobSignature.Bundled(new BlobSigner(p384).bundle(BLOB));
    assertEquals("file-not-at-hand", rejection(bySha256, named, p384.publicKey(), ""));
    var unasked = new Bundle.MessageDigest(HashAlgorithm.SHA512, HashAlgorithm.SHA512.of(CONTENT));
    assertEquals(
        "file-not-at-hand",
        rejection(bySha256, bundled(Optional.of(unasked), KEY.sign(CONTENT)), KEY.publicKey(), ""));
  }

  @Test
  void verifiesAFileThatIsKnownByItsDigestOnly() throws IOException {
    var bySha256 = Blob.ofHash(HashAlgorithm.SHA256, HashAlgorithm.SHA256.of(CONTENT));
    var signature = new BlobSignature.Bundled(new BlobSigner(KEY).bundle(BLOB));

    assertInstanceOf(BlobResult.Verified.class, verify(bySha256, signature, KEY.publicKey()));
  }

  /// Any entry of the log vouched for any signature.
  @Test
  void rejectsALogEntryAboutAnother_CVE_2022_23649_CVE_2026_22703() throws Exception {
    var signature = KEY.sign(CONTENT);
    var hex = HashAlgorithm.SHA256.hexOf(CONTENT);

    var good = logged(signature, entry(signature, KEY.publicKey(), hex));

    var verified = assertInstanceOf(BlobResult.Verified.class, verify(BLOB, good, KEY.publicKey()));
    assertInstanceOf(LogEvidence.Unverified.class, verified.log());
    for (var other :
        List.of(
            entry(OTHER_KEY.sign(CONTENT), KEY.publicKey(), hex),
            entry(signature, OTHER_KEY.publicKey(), hex),
            entry(signature, KEY.publicKey(), "00".repeat(32)))) {
      assertEquals("other-log-entry", rejection(logged(signature, other)));
    }
    assertEquals("malformed", rejection(logged(signature, "{}")));
  }

  private static BlobSignature logged(Bytes signature, String entry) {
    return new BlobSignature.Old(signature, Optional.empty(), Optional.of(entry));
  }

  private static String entry(Bytes signature, PublicKey key, String hex) {
    var body =
        "{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\",\"spec\":{\"data\":{\"hash\":"
            + "{\"algorithm\":\"sha256\",\"value\":\""
            + hex
            + "\"}},\"signature\":{\"content\":\""
            + Base64Text.encode(signature)
            + "\",\"publicKey\":{\"content\":\""
            + Base64Text.encode(Bytes.utf8(key.toPem()))
            + "\"}}}}";
    return "{\"SignedEntryTimestamp\":\"c2V0\",\"Payload\":{\"body\":\""
        + Base64Text.encode(Bytes.utf8(body))
        + "\",\"integratedTime\":1,\"logIndex\":1,\"logID\":\"00\"}}";
  }

  private static BlobSignature bundled(Optional<Bundle.MessageDigest> digest, Bytes signature) {
    return new BlobSignature.Bundled(
        Bundle.of("hint", new Bundle.Content.Message(digest, signature)));
  }

  private static BlobResult verify(Blob blob, BlobSignature signature, PublicKey key) {
    return BlobVerifier.verify(blob, signature, new Authority.Key("key", key), Instant.EPOCH);
  }

  private static String rejection(BlobSignature signature) {
    return assertInstanceOf(BlobResult.Rejected.class, verify(BLOB, signature, KEY.publicKey()))
        .reason()
        .code();
  }

  /// The code, or `instead` for each that says that the key did not sign this file.
  private static String rejection(
      Blob blob, BlobSignature signature, PublicKey key, String instead) {
    var reason = assertInstanceOf(BlobResult.Rejected.class, verify(blob, signature, key)).reason();
    return Set.of("wrong-key", "other-file").contains(reason.code()) ? instead : reason.code();
  }

  private static ByteArrayInputStream stream() {
    return new ByteArrayInputStream(CONTENT.toArray());
  }

  private static SoftwareKey key(String kind, String size)
      throws GeneralSecurityException, FormatException {
    var generator = KeyPairGenerator.getInstance(kind);
    if (kind.equals("EC")) {
      generator.initialize(new ECGenParameterSpec(size));
    } else if (!size.isEmpty()) {
      generator.initialize(Integer.parseInt(size));
    }
    var pkcs8 = generator.generateKeyPair().getPrivate().getEncoded();
    return SoftwareKey.parsePem(
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8)
            + "\n-----END PRIVATE KEY-----\n");
  }
}
