package dev.countersign.verify;

import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.transparency.LogEntry;
import dev.countersign.verify.VerificationResult.LogEvidence;
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.VerificationResult.Rejected;
import dev.countersign.verify.VerificationResult.Verified;
import java.util.Map;
import java.util.Optional;

/// Verifies a signature against an authority, one rule after another.
public final class Verifier {
  private Verifier() {}

  /// What `signature` proves to `authority` about `image`. Total: hostile bytes are a [Rejected].
  public static VerificationResult verify(
      Digest image, Signature signature, Authority authority, Claims claims) {
    return switch (signature) {
      case Signature.Malformed malformed ->
          new Rejected(authority, new Reason.Malformed(malformed.problem()));
      case Signature.Simple simple ->
          switch (authority) {
            case Authority.Key key -> verifySimple(image, simple, key, claims);
          };
    };
  }

  private static VerificationResult verifySimple(
      Digest image, Signature.Simple signature, Authority.Key authority, Claims claims) {
    try {
      var opened = signature.sealed().openWith(authority.key());
      if (opened.isEmpty()) {
        return new Rejected(authority, new Reason.WrongKey());
      }
      var claim = opened.get().claim();
      var log = readLog(signature);
      return otherLogEntry(log, signature.sealed(), authority.key())
          .or(() -> unmetClaim(image, claim, claims))
          .<VerificationResult>map(reason -> new Rejected(authority, reason))
          .orElseGet(() -> new Verified(authority, signature, claim, opened.get().scheme(), log));
    } catch (FormatException e) {
      return new Rejected(authority, new Reason.Malformed(e.problem()));
    }
  }

  private static LogEvidence readLog(Signature.Simple signature) throws FormatException {
    return signature.logEntry().isEmpty()
        ? new LogEvidence.None()
        : new LogEvidence.Unverified(LogEntry.parse(signature.logEntry().get()));
  }

  private static Optional<Reason> otherLogEntry(
      LogEvidence log, SimpleSigning.Sealed sealed, PublicKey key) {
    return switch (log) {
      case LogEvidence.None none -> Optional.empty();
      case LogEvidence.Unverified attached ->
          attached.entry().mismatch(sealed, key).map(Reason.OtherLogEntry::new);
    };
  }

  private static Optional<Reason> unmetClaim(Digest image, SimpleSigning claim, Claims claims) {
    return switch (claims) {
      case Claims.InsecureUnchecked unchecked -> Optional.empty();
      case Claims.Required required ->
          claim.image().equals(image)
              ? missingAnnotation(claim, required)
              : Optional.of(new Reason.OtherImage(claim.image()));
    };
  }

  private static Optional<Reason> missingAnnotation(SimpleSigning claim, Claims.Required required) {
    return required.annotations().entrySet().stream()
        .filter(wanted -> !claim.annotation(wanted.getKey()).equals(Optional.of(wanted.getValue())))
        .sorted(Map.Entry.comparingByKey())
        .findFirst()
        .map(wanted -> new Reason.MissingAnnotation(wanted.getKey(), wanted.getValue()));
  }
}
