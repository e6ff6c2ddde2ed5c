package dev.countersign.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.certificate.TestCertificate.Issued;
import dev.countersign.der.DerWriter;
import dev.countersign.format.FormatException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a path says when it proves nothing.
class CertificatePathTest {
  private static final String EXTENDED_KEY_USAGE = "551d25";
  private static final String ANY = "551d2500";
  private final Issued root = TestCertificate.root("root").issue();
  private final TestCertificate signer =
      TestCertificate.signer(root, "https://example.com/ci", "https://token.example");
  private final TestCertificate authority =
      TestCertificate.root("authority")
          .by(root)
          .authority(false)
          .forPurposes(TestCertificate.TIME_STAMPING);

  CertificatePathTest() throws FormatException {}

  @Test
  void saysWhichCertificateIsOutdated() throws FormatException {
    var later = TestCertificate.NOON.plus(Duration.ofHours(2));
    var middle =
        TestCertificate.intermediate("middle", root)
            .valid(later.minus(Duration.ofDays(1)), later.minusSeconds(1))
            .issue();

    assertEquals(
        Optional.of(
            "the certificate is valid from 2026-02-03T11:00:00Z until 2026-02-03T13:00:00Z, and not"
                + " at 2026-02-03T14:00:00Z"),
        new CertificatePath(signer.issue().certificate(), List.of(), root.certificate())
            .problem(later, Purpose.CODE_SIGNING));
    assertEquals(
        Optional.of(
            "the certificate of CN=middle is valid from 2026-02-02T14:00:00Z until"
                + " 2026-02-03T13:59:59Z, and not at 2026-02-03T14:00:00Z"),
        new CertificatePath(
                signer.by(middle).valid(TestCertificate.NOON, later).issue().certificate(),
                List.of(middle.certificate()),
                root.certificate())
            .problem(later, Purpose.CODE_SIGNING));
  }

  @Test
  void saysThatNobodyTrustedIssuedIt() throws FormatException {
    var stranger = TestCertificate.root("root").issue();
    var problem =
        new CertificatePath(
                signer.by(stranger).issue().certificate(), List.of(), root.certificate())
            .problem(TestCertificate.NOON, Purpose.CODE_SIGNING)
            .orElseThrow();

    assertTrue(
        problem.matches("the certificate was not issued by a trusted authority: .+"), problem);
  }

  /// One purpose alone, and critically ([RFC 3161
  /// §2.3](https://www.rfc-editor.org/rfc/rfc3161#section-2.3)).
  @Test
  void aTimestampAuthorityDoesNothingElse() throws FormatException {
    var purpose = DerWriter.sequence(DerWriter.objectIdentifier(TestCertificate.TIME_STAMPING));
    var no = Optional.of("the certificate is not for timestamping");

    assertEquals(Optional.empty(), timestamping(authority));
    assertEquals(
        no,
        timestamping(
            authority.forPurposes(TestCertificate.TIME_STAMPING, TestCertificate.CODE_SIGNING)));
    assertEquals(no, timestamping(authority.forPurposes()));
    assertEquals(no, timestamping(authority.forPurposes().with(EXTENDED_KEY_USAGE, purpose)));
  }

  @Test
  void anIssuerLimitsThePurposeOfWhatItIssues() throws FormatException {
    assertEquals(Optional.empty(), codeSigningBelow(TestCertificate.CODE_SIGNING));
    assertEquals(Optional.empty(), codeSigningBelow(ANY));
    assertEquals(
        Optional.of("its issuer's certificate is not for code signing"),
        codeSigningBelow(TestCertificate.TIME_STAMPING));
  }

  @Test
  void saysThatAPurposeCannotBeRead() throws FormatException {
    assertEquals(
        Optional.of("expected an extended key usage, got another value"),
        timestamping(authority.forPurposes().with(EXTENDED_KEY_USAGE, new byte[] {1, 2, 3})));
  }

  private Optional<String> codeSigningBelow(String purpose) throws FormatException {
    var middle = TestCertificate.intermediate("middle", root).forPurposes(purpose).issue();
    return new CertificatePath(
            signer.by(middle).issue().certificate(),
            List.of(middle.certificate()),
            root.certificate())
        .problem(TestCertificate.NOON, Purpose.CODE_SIGNING);
  }

  private Optional<String> timestamping(TestCertificate certificate) throws FormatException {
    return new CertificatePath(certificate.issue().certificate(), List.of(), root.certificate())
        .problem(TestCertificate.NOON, Purpose.TIME_STAMPING);
  }
}
