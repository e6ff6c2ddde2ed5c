package dev.countersign.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.countersign.certificate.Certificate;
import dev.countersign.certificate.FulcioExtension;
import dev.countersign.certificate.TestCertificate;
import dev.countersign.certificate.TestCertificate.Issued;
import dev.countersign.certificate.TestCertificateLog;
import dev.countersign.certificate.TestTimestamp;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import dev.countersign.signature.TagMaterial;
import dev.countersign.transparency.LogEntry;
import dev.countersign.transparency.TestLog;
import dev.countersign.trust.CertificateAuthority;
import dev.countersign.trust.TrustedLog;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.trust.Validity;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Signatures by certificates, each with one thing wrong. What logs of certificates and timestamp
/// authorities say is held by the conformance suite's cases.
class KeylessVerifierTest {
  private static final Instant NOON = TestCertificate.NOON;
  private static final Digest IMAGE = Digest.of(Bytes.utf8("image"));
  private static final String SUBJECT = "https://github.com/acme/app/.github/workflows/ci.yml@main";
  private static final String ISSUER = "https://token.example";
  private static final Bytes PAYLOAD = SimpleSigning.of("example/app", IMAGE, Map.of()).toBytes();

  private final TestLog log = new TestLog();
  private final Issued root = TestCertificate.root("root").issue();
  private final Issued intermediate = TestCertificate.intermediate("middle", root).issue();
  private final Issued signer = around(TestLog.TIME).issue();

  KeylessVerifierTest() throws FormatException {}

  /// Everything lives at the time of the log.
  private TestCertificate around(Instant time) {
    return TestCertificate.signer(intermediate, SUBJECT, ISSUER)
        .valid(time.minus(Duration.ofMinutes(5)), time.plus(Duration.ofMinutes(5)));
  }

  @Test
  void believesACertificateAtTheTimeThatALogTells() throws FormatException {
    var verified = assertInstanceOf(VerificationResult.Verified.class, verify(signed(signer)));

    var holder = assertInstanceOf(Signer.CertificateHolder.class, verified.signer());
    assertEquals(List.of(SUBJECT), holder.identity().subjects());
    assertEquals(Optional.of(ISSUER), holder.identity().issuer());
    assertEquals(List.of(TestLog.TIME), verified.log().times());
  }

  @Test
  void believesABundleToo() throws FormatException {
    assertEquals("", rejection(verify(bundled(signer))));
  }

  /// As in tag form, but a root that comes along breaks a rule of bundles.
  @Test
  void takesIntermediatesButNoRootOfABundle() throws FormatException {
    assertEquals("", rejection(bundled(signer, intermediate), trust(root)));
    assertEquals("malformed", rejection(bundled(signer, intermediate, root), trust(root)));
  }

  @Test
  void takesNoSignatureOfAFileForAnImages() throws FormatException {
    var file = new Bundle.Content.Message(Optional.empty(), signer.key().sign(PAYLOAD));
    var bundle = certified(file, List.of(), signer);

    assertEquals("signed-a-file", rejection(verify(bundle)));
  }

  @Test
  void takesNoCertificateOfAnotherIdentity() throws FormatException {
    assertEquals("other-identity", rejection(signed(signer), identity("https://other", ISSUER)));
    assertEquals("other-identity", rejection(signed(signer), identity(SUBJECT, "https://other")));
    assertEquals("other-identity", rejection(signed(signer), identity("", "")));
  }

  /// CVE-2025-29778: an expression was not looked at.
  @Test
  void looksAtExpressions_CVE_2025_29778() throws FormatException {
    TextMatch acme = startsWith("https://github.com/acme/");
    TextMatch other = startsWith("https://github.com/other/");
    TextMatch issuer = new TextMatch.Exact(ISSUER);

    assertEquals("", rejection(signed(signer), new IdentityMatch(acme, issuer, Map.of())));
    assertEquals(
        "other-identity", rejection(signed(signer), new IdentityMatch(other, issuer, Map.of())));
    assertEquals(
        "other-identity", rejection(signed(signer), new IdentityMatch(acme, other, Map.of())));
  }

  @Test
  void wantsEachExtensionThatIsAskedFor() throws FormatException {
    var wanted =
        new IdentityMatch(
            new TextMatch.Exact(SUBJECT),
            new TextMatch.Exact(ISSUER),
            Map.of(FulcioExtension.GITHUB_WORKFLOW_REF, new TextMatch.Exact("refs/heads/main")));

    var result =
        verify(
            signed(signer),
            new Authority.Keyless("ci", wanted, new Witnessing(trust(intermediate, root), 1, 0, 0)),
            NOON);
    assertEquals("other-identity", rejection(result));
    assertEquals(
        "expected githubWorkflowRef refs/heads/main in the certificate, got none", text(result));
    var met =
        new IdentityMatch(
            new TextMatch.Exact(SUBJECT),
            new TextMatch.Exact(ISSUER),
            Map.of(FulcioExtension.ISSUER, new TextMatch.Exact(ISSUER)));
    assertEquals("", rejection(signed(signer), met));
    assertEquals(SUBJECT + " by " + ISSUER, met.toString());
  }

  private static TextMatch startsWith(String start) {
    return text -> text.startsWith(start);
  }

  /// CVE-2026-24122: an expired intermediate was accepted where no log was asked.
  @Test
  void wantsTheWholePathValid_CVE_2026_24122() throws FormatException {
    var past = TestLog.TIME.minus(Duration.ofDays(9));
    var expired =
        TestCertificate.intermediate("middle", root)
            .valid(past.minus(Duration.ofDays(9)), past)
            .issue(intermediate.key());
    var expiredRoot =
        TestCertificate.root("root").valid(past.minus(Duration.ofDays(9)), past).issue(root.key());

    assertEquals("untrusted-certificate", rejection(signed(signer), trust(expired, root)));
    assertEquals(
        "untrusted-certificate", rejection(signed(signer), trust(intermediate, expiredRoot)));
    var unlogged = new Witnessing(trust(expired, root), 0, 0, 0);
    assertEquals(
        "untrusted-certificate",
        rejection(
            verify(
                signed(signer, material(signer, Optional.empty(), List.of())),
                new Authority.Keyless("ci", identity(SUBJECT, ISSUER), unlogged),
                TestLog.TIME)));
  }

  @Test
  void wantsTheCertificateValidWhenItSigned() throws FormatException {
    var late = around(TestLog.TIME.plus(Duration.ofMinutes(6))).issue();
    var early = around(TestLog.TIME.minus(Duration.ofMinutes(6))).issue();

    assertEquals("untrusted-certificate", rejection(verify(signed(late))));
    assertEquals("untrusted-certificate", rejection(verify(signed(early))));
    assertEquals("", rejection(verify(signed(around(end(-5)).issue()))));
    assertEquals("", rejection(verify(signed(around(end(5)).issue()))));
  }

  private static Instant end(int minutes) {
    return TestLog.TIME.plus(Duration.ofMinutes(minutes));
  }

  @Test
  void wantsTheAuthorityToCountThen() throws FormatException {
    var until = new Validity(Instant.MIN, TestLog.TIME.minusSeconds(1));
    var chain = List.of(intermediate.certificate(), root.certificate());
    var trust =
        new TrustedRoot(
            List.of(log.trusted()),
            List.of(new CertificateAuthority("", chain, until)),
            List.of(),
            List.of());

    assertEquals("untrusted-certificate", rejection(signed(signer), trust));
  }

  @Test
  void takesNoCertificateOfAnotherAuthority() throws FormatException {
    var stranger = TestCertificate.root("root").issue();
    var strangerBelow = TestCertificate.intermediate("middle", stranger).issue();
    var forged = around(TestLog.TIME).by(strangerBelow).issue();
    var unnamed = around(TestLog.TIME).by(TestCertificate.root("somebody").issue()).issue();
    var self =
        new TestCertificate(
            "self",
            Optional.empty(),
            NOON.minus(Duration.ofDays(1)),
            NOON.plus(Duration.ofDays(1)),
            false,
            List.of(TestCertificate.CODE_SIGNING),
            Optional.of(SUBJECT),
            Optional.of(ISSUER),
            List.of());

    assertEquals("untrusted-certificate", rejection(verify(signed(forged))));
    assertEquals("untrusted-certificate", rejection(verify(signed(unnamed))));
    assertEquals("no trusted authority issued the certificate", text(verify(signed(unnamed))));
    assertEquals("untrusted-certificate", rejection(verify(bundled(self.issue()))));
  }

  @Test
  void takesNoCertificateThatIsForSomethingElse() throws FormatException {
    var none = around(TestLog.TIME).forPurposes().issue();
    var other = around(TestLog.TIME).forPurposes(TestCertificate.TIME_STAMPING).issue();
    var narrow =
        TestCertificate.intermediate("middle", root)
            .forPurposes(TestCertificate.TIME_STAMPING)
            .issue(intermediate.key());

    assertEquals("untrusted-certificate", rejection(verify(signed(none))));
    assertEquals("untrusted-certificate", rejection(verify(signed(other))));
    assertEquals("untrusted-certificate", rejection(signed(signer), trust(narrow, root)));
  }

  @Test
  void takesNoIssuerThatIsNoAuthority() throws FormatException {
    var simple =
        TestCertificate.intermediate("middle", root).authority(false).issue(intermediate.key());

    assertEquals("untrusted-certificate", rejection(signed(signer), trust(simple, root)));
  }

  /// A private authority's intermediates may come with the signature; roots that do are not looked
  /// at.
  @Test
  void takesIntermediatesThatCameWithTheSignature() throws FormatException {
    var trust = trust(root);
    var brought = material(signer, entry(signer), List.of(intermediate, root));
    var broughtNone = material(signer, entry(signer), List.of(root));
    var stranger = TestCertificate.root("stranger").issue();
    var broughtMore = material(signer, entry(signer), List.of(intermediate, stranger));

    assertEquals("", rejection(signed(signer, brought), trust));
    assertEquals("", rejection(signed(signer, broughtMore), trust));
    assertEquals("untrusted-certificate", rejection(signed(signer, broughtNone), trust));
  }

  @Test
  void wantsALogThatIsTrusted() throws FormatException {
    var stranger = new TestLog();
    var byStranger = stranger.promised(body(signer, signature(signer)));

    assertEquals(
        "not-logged",
        rejection(verify(signed(signer, material(signer, Optional.empty(), List.of())))));
    assertEquals(
        "not-logged",
        rejection(verify(signed(signer, material(signer, Optional.of(byStranger), List.of())))));
  }

  /// The log really recorded each of these entries; they are about something else.
  @Test
  void wantsTheEntryOfThisSignatureCertificateAndPayload_CVE_2026_22703() throws FormatException {
    var signature = signature(signer);
    var other = around(TestLog.TIME).issue();

    assertEquals("other-log-entry", logged(body(signer, signer.key().sign(Bytes.utf8("x")))));
    assertEquals("other-log-entry", logged(body(other, signature)));
    assertEquals(
        "the log entry is about another certificate, SHA256:"
            + HashAlgorithm.SHA256.hexOf(other.certificate().der()),
        text(verify(entered(body(other, signature)))));
    assertEquals(
        "other-log-entry",
        logged(
            TestLog.body(signature, signer.certificate().toPem(), Bytes.utf8("another payload"))));
  }

  private String logged(Bytes body) throws FormatException {
    return rejection(verify(entered(body)));
  }

  private Signature.Simple entered(Bytes body) {
    return signed(signer, material(signer, Optional.of(log.promised(body)), List.of()));
  }

  /// The log recorded what it was told, and the certificate is good; another key signed.
  @Test
  void wantsTheSignatureOfTheCertificatesKey() throws FormatException {
    var forger = SoftwareKey.generate(new SecureRandom());
    var signature = forger.sign(PAYLOAD);
    var entry = log.promised(body(signer, signature));
    var forged =
        new Signature.Simple(
            new SimpleSigning.Sealed(PAYLOAD, signature),
            material(signer, Optional.of(entry), List.of()));

    assertEquals("not-by-its-certificate", rejection(verify(forged)));
  }

  @Test
  void wantsTheCertificateToBePublished() throws FormatException {
    var certificateLog = new TestCertificateLog();
    var stranger = new TestCertificateLog();
    var certificate = around(TestLog.TIME);
    var published = certificateLog.publish(certificate, intermediate, TestLog.TIME);
    var ofAnother = certificateLog.publish(certificate, root, TestLog.TIME);
    var elsewhere = stranger.publish(certificate, intermediate, TestLog.TIME);
    var always = certificateLog.trusted(Validity.ALWAYS);
    var then = certificateLog.trusted(new Validity(TestLog.TIME, TestLog.TIME));
    var since = certificateLog.trusted(new Validity(TestLog.TIME.plusSeconds(1), NOON));

    assertEquals("", published(published, always));
    assertEquals("", published(published, then));
    for (var one : List.of(signer, ofAnother, elsewhere)) {
      assertEquals("certificate-not-logged", published(one, always));
    }
    assertEquals("certificate-not-logged", published(published, since));
  }

  private String published(Issued one, TrustedLog certificateLog) throws FormatException {
    var trust = trust(intermediate, root);
    var witnessing =
        new Witnessing(
            new TrustedRoot(
                trust.logs(), trust.certificateAuthorities(), List.of(certificateLog), List.of()),
            1,
            0,
            1);
    return rejection(
        verify(
            signed(one), new Authority.Keyless("ci", identity(SUBJECT, ISSUER), witnessing), NOON));
  }

  /// The first log saw it while the certificate was valid, the second did not.
  @Test
  void wantsTheCertificateValidWheneverItWasSeen() throws FormatException {
    var late = new TestLog(Validity.ALWAYS, TestLog.TIME.plus(Duration.ofHours(2)));
    var envelope = envelope(Statement.signature(IMAGE, Map.of()), signer);
    var body = body(signer, envelope);
    var entries = List.of(log.proven(body), late.proven(body));
    var bundled = certified(new Bundle.Content.Enveloped(envelope), entries, signer);

    assertEquals(
        "untrusted-certificate", rejection(bundled, trust(intermediate, root).and(late.trust())));
  }

  /// The certificate is not valid any more.
  @Test
  void believesTheTimeOfALogThatNobodyDemanded() throws FormatException {
    var witnessing = new Witnessing(trust(intermediate, root), 0, 0, 0);

    assertEquals(
        "",
        rejection(
            verify(
                signed(signer),
                new Authority.Keyless("ci", identity(SUBJECT, ISSUER), witnessing),
                NOON)));
  }

  /// A log of tiles tells no time, and the present is none of those at which it was seen.
  @Test
  void wantsATimeOfSomebodyWhereALogIsDemanded() throws FormatException {
    var envelope = envelope(Statement.signature(IMAGE, Map.of()), signer);
    var body = body(signer, envelope);
    var proven = log.proven(body);
    var untimed = log.entry(body, Optional.empty(), proven.proof());
    var bundled = certified(new Bundle.Content.Enveloped(envelope), List.of(untimed), signer);

    assertEquals(
        "no-proven-time",
        rejection(verify(bundled, authority(trust(intermediate, root)), TestLog.TIME)));
  }

  /// Each by an authority that is trusted when it is.
  @Test
  void believesATimestampOfATrustedAuthority() throws FormatException {
    var certificate = TestCertificate.root("authority").by(root).authority(false);
    var authority = certificate.forPurposes(TestCertificate.TIME_STAMPING).issue();
    var forAll = certificate.forPurposes().issue();

    assertEquals("", timestamped(authority, Validity.ALWAYS, authority, root));
    assertEquals("", timestamped(authority, Validity.ALWAYS, root));
    assertEquals(
        "expected timestamps by 2 trusted authorities, got 1",
        timestamped(2, authority, Validity.ALWAYS, authority, root));
    assertEquals(
        "expected timestamps by 1 trusted authorities, got 0: the timestamp authority counts until"
            + " 2026-02-03T11:59:59Z, and not at 2026-02-03T12:00:00Z",
        timestamped(authority, new Validity(Instant.MIN, NOON.minusSeconds(1)), authority, root));
    assertEquals(
        "expected timestamps by 1 trusted authorities, got 0: the timestamp authority: the"
            + " certificate is not for timestamping",
        timestamped(forAll, Validity.ALWAYS, root));
    assertEquals(
        "expected timestamps by 1 trusted authorities, got 0: no trusted authority signed the"
            + " timestamp",
        timestamped(authority, Validity.ALWAYS, forAll, root));
  }

  /// What the signature is rejected for, in words.
  private String timestamped(Issued authority, Validity validity, Issued... chain)
      throws FormatException {
    return timestamped(1, authority, validity, chain);
  }

  private String timestamped(int wanted, Issued authority, Validity validity, Issued... chain)
      throws FormatException {
    var one = around(NOON).issue();
    var signature = signature(one);
    var response = TestTimestamp.of(signature, authority).sign();
    var material =
        new TagMaterial(
            Optional.empty(),
            Optional.of(one.certificate().toPem()),
            Optional.empty(),
            Optional.of("{\"SignedRFC3161Timestamp\":\"" + Base64Text.encode(response) + "\"}"));
    var certificates = List.of(chain).stream().map(Issued::certificate).toList();
    var trust = trust(intermediate, root);
    var witnessing =
        new Witnessing(
            new TrustedRoot(
                List.of(),
                trust.certificateAuthorities(),
                List.of(),
                List.of(new CertificateAuthority("", certificates, validity))),
            0,
            wanted,
            0);
    var result =
        verify(
            new Signature.Simple(new SimpleSigning.Sealed(PAYLOAD, signature), material),
            new Authority.Keyless("ci", identity(SUBJECT, ISSUER), witnessing),
            NOON);
    return text(result);
  }

  @Test
  void wantsATimestampWhereOneIsDemanded() throws FormatException {
    var witnessing = new Witnessing(trust(intermediate, root), 1, 1, 0);

    assertEquals(
        "not-timestamped",
        rejection(
            verify(
                signed(signer),
                new Authority.Keyless("ci", identity(SUBJECT, ISSUER), witnessing),
                NOON)));
  }

  /// Where nobody is asked the certificate must be valid now.
  @Test
  void believesNobodyMeansNow() throws FormatException {
    var nobody = new Witnessing(trust(intermediate, root), 0, 0, 0);
    var authority = new Authority.Keyless("ci", identity(SUBJECT, ISSUER), nobody);
    var alone = signed(signer, material(signer, Optional.empty(), List.of()));

    assertEquals("", rejection(verify(alone, authority, TestLog.TIME)));
    assertEquals(
        "untrusted-certificate",
        rejection(verify(alone, authority, TestLog.TIME.plus(Duration.ofHours(1)))));
  }

  @Test
  void takesNoKeyForACertificate() throws FormatException {
    var key =
        new Signature.Simple(
            new SimpleSigning.Sealed(PAYLOAD, signer.key().sign(PAYLOAD)), Optional.empty());
    var statement = Statement.signature(IMAGE, Map.of());

    assertEquals("signed-with-key", rejection(verify(key)));
    assertEquals(
        "signed-with-key",
        rejection(
            verify(
                new Signature.Bundled(
                    Bundle.of("", new Bundle.Content.Enveloped(envelope(statement, signer)))))));
  }

  @Test
  void stillComparesTheImage() throws FormatException {
    var result =
        Verifier.verify(
            Digest.of(Bytes.utf8("another")),
            signed(signer),
            authority(trust(intermediate, root)),
            Claims.Required.IMAGE,
            NOON);

    assertEquals("other-image", rejection(result));
  }

  /// cosign writes an empty chain where it has none.
  @Test
  void takesABlankChainForNone() throws FormatException {
    var pem = Optional.of(signer.certificate().toPem());
    var blank = new TagMaterial(entry(signer), pem, Optional.of(" \n"), Optional.empty());

    assertEquals("", rejection(verify(signed(signer, blank))));
  }

  /// A log entry and a certificate are about one.
  @Test
  void takesNoEnvelopeOfTwoSignatures() throws FormatException {
    var one = envelope(Statement.signature(IMAGE, Map.of()), signer);
    var signatures = List.of(one.signatures().getFirst(), one.signatures().getFirst());
    var two = new Envelope(Envelope.IN_TOTO, one.unverifiedPayload(), signatures);
    var body = body(signer, two);

    var bundled = certified(new Bundle.Content.Enveloped(two), List.of(log.proven(body)), signer);

    assertEquals("malformed", rejection(verify(bundled)));
  }

  @Test
  void readsWhatCameAlongStrictly() throws FormatException {
    var noCertificate =
        new TagMaterial(entry(signer), Optional.of("x"), Optional.empty(), Optional.empty());
    var noTimestamp =
        new TagMaterial(
            entry(signer),
            Optional.of(signer.certificate().toPem()),
            Optional.empty(),
            Optional.of("{\"SignedRFC3161Timestamp\":\"eA==\"}"));

    assertEquals("malformed", rejection(verify(signed(signer, noCertificate))));
    assertEquals("malformed", rejection(verify(signed(signer, noTimestamp))));
  }

  private final Bytes firstSignature = signature(signer);

  private static Bytes signature(Issued signer) {
    return signer.key().sign(PAYLOAD);
  }

  private static Bytes body(Issued signer, Bytes signature) {
    return TestLog.body(signature, signer.certificate().toPem(), PAYLOAD);
  }

  private static Bytes body(Issued signer, Envelope envelope) {
    return TestLog.dsse(
        envelope.signatures().getFirst(),
        signer.certificate().toPem(),
        envelope.unverifiedPayload());
  }

  private Optional<String> entry(Issued signer) {
    return Optional.of(log.promised(body(signer, signatureOf(signer))));
  }

  private Bytes signatureOf(Issued one) {
    return one.equals(signer) ? firstSignature : signature(one);
  }

  private static TagMaterial material(Issued signer, Optional<String> entry, List<Issued> chain) {
    var pem = chain.stream().map(Issued::certificate).map(Certificate::toPem);
    return new TagMaterial(
        entry,
        Optional.of(signer.certificate().toPem()),
        chain.isEmpty() ? Optional.empty() : Optional.of(pem.collect(Collectors.joining())),
        Optional.empty());
  }

  private Signature.Simple signed(Issued one) {
    var signature = signatureOf(one);
    var entry = log.promised(body(one, signature));
    return new Signature.Simple(
        new SimpleSigning.Sealed(PAYLOAD, signature), material(one, Optional.of(entry), List.of()));
  }

  private Signature.Simple signed(Issued one, TagMaterial material) {
    return new Signature.Simple(new SimpleSigning.Sealed(PAYLOAD, signatureOf(one)), material);
  }

  /// Signed by the first, with the certificates of the others.
  private Signature.Bundled bundled(Issued... chain) {
    var envelope = envelope(Statement.signature(IMAGE, Map.of()), chain[0]);
    var body = body(chain[0], envelope);
    return certified(new Bundle.Content.Enveloped(envelope), List.of(log.proven(body)), chain);
  }

  private static Signature.Bundled certified(
      Bundle.Content content, List<LogEntry> entries, Issued... chain) {
    var certificates = List.of(chain).stream().map(one -> one.certificate().der()).toList();
    return new Signature.Bundled(
        new Bundle(
            Bundle.Version.V0_2,
            new Bundle.Material.Certificates(certificates),
            entries,
            List.of(),
            content));
  }

  private static Envelope envelope(Statement statement, Issued one) {
    var payload = statement.toBytes();
    var signature = one.key().sign(Envelope.encode(Envelope.IN_TOTO, payload));
    return new Envelope(Envelope.IN_TOTO, payload, List.of(signature));
  }

  private TrustedRoot trust(Issued... chain) {
    var certificates = List.of(chain).stream().map(Issued::certificate).toList();
    return new TrustedRoot(
        List.of(log.trusted()),
        List.of(new CertificateAuthority("", certificates, Validity.ALWAYS)),
        List.of(),
        List.of());
  }

  private static IdentityMatch identity(String subject, String issuer) {
    return IdentityMatch.exactly(subject, issuer);
  }

  private Authority.Keyless authority(TrustedRoot trust) {
    return new Authority.Keyless("ci", identity(SUBJECT, ISSUER), new Witnessing(trust, 1, 0, 0));
  }

  private VerificationResult verify(Signature signature) {
    return verify(signature, authority(trust(intermediate, root)), NOON);
  }

  private static VerificationResult verify(Signature signature, Authority authority, Instant now) {
    return Verifier.verify(IMAGE, signature, authority, Claims.Required.IMAGE, now);
  }

  private String rejection(Signature signature, IdentityMatch identity) {
    var witnessing = new Witnessing(trust(intermediate, root), 1, 0, 0);
    return rejection(verify(signature, new Authority.Keyless("ci", identity, witnessing), NOON));
  }

  private static String rejection(Signature signature, TrustedRoot trust) {
    var witnessing = new Witnessing(trust, 1, 0, 0);
    return rejection(
        verify(
            signature, new Authority.Keyless("ci", identity(SUBJECT, ISSUER), witnessing), NOON));
  }

  private static String text(VerificationResult result) {
    return switch (result) {
      case VerificationResult.Verified verified -> "";
      case VerificationResult.Rejected rejected -> rejected.reason().text();
    };
  }

  private static String rejection(VerificationResult result) {
    return switch (result) {
      case VerificationResult.Verified verified -> "";
      case VerificationResult.Rejected rejected -> rejected.reason().code();
    };
  }
}
