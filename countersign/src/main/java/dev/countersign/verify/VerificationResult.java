package dev.countersign.verify;

import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.OneLine;
import dev.countersign.key.SignatureScheme;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Claim;
import dev.countersign.signature.Signature;
import dev.countersign.trust.Validity;
import java.util.List;
import java.util.Optional;

/// What one signature proves to one authority.
public sealed interface VerificationResult {
  /// The authority that was asked for.
  Authority authority();

  /// The authority signed this claim.
  ///
  /// @param signature where the claim stood
  /// @param scheme how the key's signature matched
  record Verified(
      Authority authority,
      Signer signer,
      Signature.WellFormed signature,
      Claim claim,
      SignatureScheme scheme,
      LogEvidence log)
      implements VerificationResult {}

  /// It proves nothing.
  record Rejected(Authority authority, Reason reason) implements VerificationResult {}

  /// Why a signature was rejected.
  sealed interface Reason {
    /// Another key's signature, or another payload's.
    record WrongKey() implements Reason {}

    /// A certificate names the signer, where a key was asked for.
    record SignedWithCertificate() implements Reason {}

    /// A bundle for a file, where an image's was looked for.
    record SignedAFile() implements Reason {}

    /// A good signature under a statement of another type, as an attestation is for a signature.
    record OtherPredicate(String type) implements Reason {}

    /// A bundle with a statement, where one for a file was looked for.
    record SignedAStatement() implements Reason {}

    /// A bundle for another file.
    ///
    /// @param named the hash that the bundle names
    record OtherFile(Bundle.MessageDigest named) implements Reason {}

    /// Not proven by what is known of the file.
    ///
    /// @param missing the hash that may have been signed and is not known; empty for all of the
    ///   file
    record FileNotAtHand(Optional<HashAlgorithm> missing) implements Reason {}

    /// A good signature of other images, or of none.
    record OtherImage(List<Digest> signed) implements Reason {
      public OtherImage {
        signed = List.copyOf(signed);
      }
    }

    /// A good signature without a wanted annotation.
    record MissingAnnotation(String name, String wanted) implements Reason {}

    /// A good signature of the image under another name.
    record OtherName(String signed, Repository wanted) implements Reason {}

    /// A good signature in bundle form, which signs no name, where one is wanted.
    record NoSignedName() implements Reason {}

    /// The authority's word does not count now.
    record AuthorityNotValid(Validity validity) implements Reason {}

    /// The log entry beside it is about something else.
    record OtherLogEntry(String problem) implements Reason {}

    /// A key that the verifier must have, where a certificate was asked for.
    record SignedWithKey() implements Reason {}

    /// The certificate beside it names somebody else.
    record OtherIdentity(String problem) implements Reason {}

    /// The certificate beside it proves nothing at the time of the signature.
    record UntrustedCertificate(String problem) implements Reason {}

    /// Too few logs have promised to publish the certificate.
    record NotPublished(long promised, int wanted) implements Reason {}

    /// Not signed by the key of the certificate beside it.
    record NotByItsCertificate() implements Reason {}

    /// A log that is trusted did not say what stands beside it.
    record LogRefuted(String problem) implements Reason {}

    /// Too few logs that are trusted have recorded it.
    record NotLogged(long recorded, int wanted) implements Reason {}

    /// The timestamp beside it is about something else.
    record OtherTimestamp() implements Reason {}

    /// Too few authorities that are trusted have timestamped it.
    ///
    /// @param problem what is wrong with a timestamp that is there
    record NotTimestamped(long timestamped, int wanted, Optional<String> problem)
        implements Reason {}

    /// Nobody who is trusted says when it was there, so that its certificate proves nothing.
    ///
    /// @param problem as above
    record NoTime(Optional<String> problem) implements Reason {}

    /// Not readable as a signature.
    record Malformed(String problem) implements Reason {}

    /// A word for logs and tests; it does not change.
    default String code() {
      return switch (this) {
        case WrongKey r -> "wrong-key";
        case SignedWithCertificate r -> "signed-with-certificate";
        case SignedAFile r -> "signed-a-file";
        case OtherPredicate r -> "other-predicate";
        case SignedAStatement r -> "signed-a-statement";
        case OtherFile r -> "other-file";
        case FileNotAtHand r -> "file-not-at-hand";
        case OtherImage r -> "other-image";
        case MissingAnnotation r -> "missing-annotation";
        case OtherName r -> "other-name";
        case NoSignedName r -> "no-signed-name";
        case AuthorityNotValid r -> "authority-not-valid";
        case OtherLogEntry r -> "other-log-entry";
        case SignedWithKey r -> "signed-with-key";
        case OtherIdentity r -> "other-identity";
        case UntrustedCertificate r -> "untrusted-certificate";
        case NotPublished r -> "certificate-not-logged";
        case NotByItsCertificate r -> "not-by-its-certificate";
        case LogRefuted r -> "log-refuted";
        case NotLogged r -> "not-logged";
        case OtherTimestamp r -> "other-timestamp";
        case NotTimestamped r -> "not-timestamped";
        case NoTime r -> "no-proven-time";
        case Malformed r -> "malformed";
      };
    }

    /// One line for people.
    default String text() {
      return switch (this) {
        case WrongKey r -> "signed by another key";
        case SignedWithCertificate r -> "signed with a certificate, not with a key";
        case SignedAFile r -> "signs a file, not an image";
        case OtherPredicate r -> "signs a statement of type " + OneLine.of(r.type());
        case SignedAStatement r -> "signs a statement, not a file";
        case OtherFile r -> "signs another file, " + r.named();
        case FileNotAtHand r ->
            "not proven: the key may have signed the file's "
                + r.missing().map(HashAlgorithm::toString).orElse("whole content")
                + ", which is not at hand";
        case OtherImage r -> "signs another image, " + names(r.signed());
        case MissingAnnotation r ->
            "expected the signed annotation "
                + r.name()
                + "="
                + r.wanted()
                + ", got another or none";
        case OtherName r ->
            "signs the image as "
                + (r.signed().isEmpty() ? "nothing" : OneLine.of(r.signed()))
                + ", not as "
                + r.wanted();
        case NoSignedName r ->
            "in bundle form, which signs no name, and the policy wants one: sign in tag form";
        case AuthorityNotValid r -> "its key counts " + r.validity();
        case OtherLogEntry r -> r.problem();
        case SignedWithKey r -> "signed with a key, not with a certificate";
        case OtherIdentity r -> r.problem();
        case UntrustedCertificate r -> r.problem();
        case NotPublished r ->
            "expected the promise of %d trusted logs to publish the certificate, got %d"
                .formatted(r.wanted(), r.promised());
        case NotByItsCertificate r -> "not signed by the key of its certificate";
        case LogRefuted r -> r.problem();
        case NotLogged r ->
            "expected entries of %d trusted transparency logs, got %d"
                .formatted(r.wanted(), r.recorded());
        case OtherTimestamp r -> "the timestamp is about another signature";
        case NotTimestamped r ->
            "expected timestamps by %d trusted authorities, got %d%s"
                .formatted(r.wanted(), r.timestamped(), because(r.problem()));
        case NoTime r -> "nobody trusted says when it was signed" + because(r.problem());
        case Malformed r -> "malformed: " + r.problem();
      };
    }

    private static String because(Optional<String> problem) {
      return problem.map(text -> ": " + text).orElse("");
    }

    private static String names(List<Digest> images) {
      return switch (images.size()) {
        case 0 -> "none by SHA-256";
        case 1 -> images.getFirst().toString();
        default -> images.getFirst() + " and " + (images.size() - 1) + " more";
      };
    }
  }
}
