package dev.countersign.verify;

import dev.countersign.key.SignatureScheme;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.transparency.LogEntry;

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
      Signature.Simple signature,
      SimpleSigning claim,
      SignatureScheme scheme,
      LogEvidence log)
      implements VerificationResult {}

  /// It proves nothing.
  record Rejected(Authority authority, Reason reason) implements VerificationResult {}

  /// What is known of the signature from a transparency log.
  sealed interface LogEvidence {
    /// No entry came with it.
    record None() implements LogEvidence {}

    /// An entry came with it and names this signature, key and payload; whether a log made it was
    /// not verified.
    record Unverified(LogEntry entry) implements LogEvidence {}
  }

  /// Why a signature was rejected.
  sealed interface Reason {
    /// Another key's signature, or another payload's.
    record WrongKey() implements Reason {}

    /// A good signature of another image.
    record OtherImage(Digest signed) implements Reason {}

    /// A good signature without a wanted annotation.
    record MissingAnnotation(String name, String wanted) implements Reason {}

    /// The log entry beside it is about something else.
    record OtherLogEntry(String problem) implements Reason {}

    /// Not readable as a signature.
    record Malformed(String problem) implements Reason {}

    /// A word for logs and tests; it does not change.
    default String code() {
      return switch (this) {
        case WrongKey r -> "wrong-key";
        case OtherImage r -> "other-image";
        case MissingAnnotation r -> "missing-annotation";
        case OtherLogEntry r -> "other-log-entry";
        case Malformed r -> "malformed";
      };
    }

    /// One line for people.
    default String text() {
      return switch (this) {
        case WrongKey r -> "signed by another key";
        case OtherImage r -> "signs another image, " + r.signed();
        case MissingAnnotation r ->
            "expected the signed annotation "
                + r.name()
                + "="
                + r.wanted()
                + ", got another or none";
        case OtherLogEntry r -> r.problem();
        case Malformed r -> "malformed: " + r.problem();
      };
    }
  }
}
