package dev.countersign.certificate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import dev.countersign.trust.TrustedRoot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateTest {
  private static final String SUBJECT = "https://example.com/ci";
  private final Issued root = TestCertificate.root("root").issue();
  private final Issued signer =
      TestCertificate.signer(root, SUBJECT, "https://token.example").issue();

  CertificateTest() throws FormatException {}

  @Test
  void readsWhatStandsInIt() throws FormatException {
    var certificate = signer.certificate();
    var identity = Identity.of(certificate);

    assertEquals(signer.key().publicKey(), certificate.key());
    assertEquals(List.of(SUBJECT), identity.subjects());
    assertEquals(Optional.of("https://token.example"), identity.issuer());
    assertTrue(certificate.names(root.certificate()));
    assertFalse(certificate.isAuthority());
    assertFalse(certificate.isSelfIssued());
    assertTrue(root.certificate().isAuthority());
    assertTrue(root.certificate().isSelfIssued());
    assertEquals(
        List.of(certificate, root.certificate()),
        Certificate.parsePem(certificate.toPem() + root.certificate().toPem()));
  }

  @Test
  void isValidAtItsEnds() {
    var certificate = signer.certificate();

    assertTrue(certificate.isValidAt(certificate.notBefore()));
    assertTrue(certificate.isValidAt(certificate.notAfter()));
    assertFalse(certificate.isValidAt(certificate.notBefore().minusMillis(1)));
    assertFalse(certificate.isValidAt(certificate.notAfter().plusMillis(1)));
  }

  @Test
  void isEqualToOneOfTheSameBytes() throws FormatException {
    assertEquals(signer.certificate(), Certificate.parse(signer.certificate().der()));
    assertNotEquals(signer.certificate(), root.certificate());
    assertNotEquals(signer.certificate(), (Object) "certificate");
  }

  @Test
  void isCalledByItsSubjectOrItsHash() {
    assertEquals("CN=root", root.certificate().toString());
    assertEquals(
        "certificate SHA256:" + HashAlgorithm.SHA256.hexOf(signer.certificate().der()),
        signer.certificate().toString());
  }

  @Test
  void readsNoMoreThanItsBounds() throws FormatException {
    var pem = root.certificate().toPem();
    var padded = TestCertificate.root("padded");

    assertEquals(16, Certificate.parsePem(pem.repeat(16)).size());
    padded.with("2a03", new byte[65_000]).issue();
    assertThrows(FormatException.class, () -> padded.with("2a03", new byte[65_500]).issue());
  }

  /// What a log of certificates signs is rebuilt of these elements.
  @Test
  void holdsEachElementToItsPlace() throws FormatException {
    var der = root.certificate().der();
    var signed = DerReader.ofSequence(der.toArray()).element();

    assertArrayEquals(signed, TbsCertificate.parse(der).toDer());
    assertEquals(
        Set.of(
            "more in 7.0", // extensions, in which the runtime looks
            "other tag 7.0.0",
            "other tag 7.0.1",
            "without 0", // version
            "without 7",
            "without 7.0.0",
            "without 7.0.1"),
        DerVariation.taken(
            Bytes.copyOf(signed),
            tbs -> TbsCertificate.parse(Bytes.copyOf(DerWriter.sequence(tbs.toArray()))),
            "0",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7.0.0",
            "7.0.1"));
  }

  /// Of version 1, which has no number of a version and no extensions.
  @Test
  void readsOneWithoutExtensions() throws FormatException {
    var reader =
        DerReader.of(
            DerReader.ofSequence(root.certificate().der().toArray()).content(DerReader.SEQUENCE));
    reader.element();
    var rest = new ByteArrayOutputStream();
    for (int i = 0; i < 6; i++) {
      rest.writeBytes(reader.element());
    }
    var tbs = DerWriter.sequence(rest.toByteArray());

    assertArrayEquals(tbs, TbsCertificate.parse(Bytes.copyOf(DerWriter.sequence(tbs))).toDer());
  }

  @Test
  void refusesWhatIsNotExactlyOne() {
    var der = signer.certificate().der().toArray();
    var pem = signer.certificate().toPem();
    var longer = Arrays.copyOf(der, der.length + 1);

    assertThrows(FormatException.class, () -> Certificate.parse(Bytes.copyOf(longer)));
    assertThrows(FormatException.class, () -> Certificate.parse(Bytes.utf8(pem)));
    assertThrows(FormatException.class, () -> Certificate.parsePem(""));
    assertThrows(FormatException.class, () -> Certificate.parsePem(pem + "x"));
    assertThrows(FormatException.class, () -> Certificate.parsePem(pem.repeat(17)));
    assertEquals(
        "expected a PEM block CERTIFICATE, got PUBLIC KEY",
        assertThrows(
                FormatException.class, () -> Certificate.parsePem(signer.key().publicKey().toPem()))
            .problem());
  }

  /// What Fulcio writes today, and what it wrote in 2022.
  @Test
  void readsFulciosExtensions() throws Exception {
    var identity = Identity.of(fulcios());

    assertEquals(Optional.of("https://token.actions.githubusercontent.com"), identity.issuer());
    assertEquals(
        Optional.of("workflow_dispatch"),
        identity.extension(FulcioExtension.GITHUB_WORKFLOW_TRIGGER));
    assertEquals(
        Optional.of("github-hosted"), identity.extension(FulcioExtension.RUNNER_ENVIRONMENT));
    assertEquals(
        Optional.of("public"), identity.extension(FulcioExtension.SOURCE_REPOSITORY_VISIBILITY));
  }

  @Test
  void readsThePromiseOfACertificateLog() throws Exception {
    var certificate = fulcios();
    var root = TrustedRoot.parse(read("trusted_root.json"));
    var timestamp = SignedCertificateTimestamp.in(certificate).getFirst();
    var log = root.certificateLog(timestamp.logId()).orElseThrow();
    var authority = root.certificateAuthorities().getFirst();
    var issuer = authority.intermediates().getFirst();

    assertTrue(timestamp.isSignedBy(log.key(), certificate, issuer));
    assertFalse(timestamp.isSignedBy(log.key(), certificate, authority.root()));
    assertFalse(
        new SignedCertificateTimestamp(
                timestamp.logId(),
                timestamp.milliseconds() + 1,
                timestamp.extensions(),
                timestamp.signature())
            .isSignedBy(log.key(), certificate, issuer));
    assertEquals(List.of(), SignedCertificateTimestamp.in(signer.certificate()));
  }

  /// The list's length and the promise's, its version, time and length of extensions, its
  /// algorithms, and the length of its signature ([RFC 6962
  /// §3.2](https://www.rfc-editor.org/rfc/rfc6962#section-3.2)).
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 37, 45, 46, 47, 48, 49, 50})
  void refusesAPromiseThatIsNotAsItShouldBe(int place) throws Exception {
    var certificate = fulcios();
    var list =
        DerReader.of(certificate.extension("1.3.6.1.4.1.11129.2.4.2").orElseThrow())
            .content(DerReader.OCTET_STRING);
    var der = certificate.der().toArray();
    der[indexOf(der, list) + place] ^= 0x01;
    var changed = Certificate.parse(Bytes.copyOf(der));

    assertThrows(FormatException.class, () -> SignedCertificateTimestamp.in(changed));
  }

  private static int indexOf(byte[] whole, byte[] part) {
    for (int i = 0; i + part.length <= whole.length; i++) {
      if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("expected the part in the whole");
  }

  @Test
  void survivesHostileInput() throws Exception {
    var fulcios = fulcios();
    HostileInput.attack(
        5280,
        input -> {
          var certificate = Certificate.parse(input);
          Identity.of(certificate);
          for (var timestamp : SignedCertificateTimestamp.in(certificate)) {
            timestamp.isSignedBy(root.certificate().key(), certificate, root.certificate());
          }
          new CertificatePath(certificate, List.of(), root.certificate())
              .problem(TestCertificate.NOON, Purpose.CODE_SIGNING);
        },
        fulcios.der(),
        signer.certificate().der());
  }

  @Test
  void survivesHostileText() {
    HostileInput.attackText(
        7468, Certificate::parsePem, signer.certificate().toPem() + root.certificate().toPem());
  }

  private static Certificate fulcios() throws IOException, FormatException {
    var certificate =
        JsonValue.parseObject(read("bundle.sigstore.json"))
            .getObject("verificationMaterial")
            .getObject("certificate");
    return Certificate.parse(Base64Text.decode(certificate.getString("rawBytes")));
  }

  private static Bytes read(String file) throws IOException {
    var folder = Conformance.path("sigstore/cases/rekor2-checkpoint-multiple-cosigs");
    return Bytes.copyOf(Files.readAllBytes(folder.resolve(file)));
  }
}
