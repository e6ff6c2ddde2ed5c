package dev.countersign.verify;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Claim;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Opened;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import dev.countersign.transparency.LogEntry;
import dev.countersign.transparency.LoggedSignature;
import dev.countersign.verify.VerificationResult.LogEvidence;
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.VerificationResult.Rejected;
import dev.countersign.verify.VerificationResult.Verified;
import java.util.List;
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
      case Signature.WellFormed wellFormed ->
          switch (authority) {
            case Authority.Key key -> verify(image, wellFormed, key, claims);
          };
    };
  }

  private static VerificationResult verify(
      Digest image, Signature.WellFormed signature, Authority.Key authority, Claims claims) {
    try {
      return switch (signature) {
        case Signature.Simple simple -> verifySimple(image, simple, authority, claims);
        case Signature.Attested attested ->
            verifyEnvelope(
                image, attested, attested.envelope(), log(attested.logEntry()), authority, claims);
        case Signature.Bundled bundled -> verifyBundle(image, bundled, authority, claims);
      };
    } catch (FormatException e) {
      return new Rejected(authority, new Reason.Malformed(e.problem()));
    }
  }

  private static VerificationResult verifySimple(
      Digest image, Signature.Simple signature, Authority.Key authority, Claims claims)
      throws FormatException {
    var payload = signature.sealed().unverifiedPayload();
    var opened = signature.sealed().openWith(authority.key());
    return opened.isEmpty()
        ? new Rejected(authority, new Reason.WrongKey())
        : judge(
            new Candidate(
                signature, opened.get(), payload, payload, log(signature.logEntry()), authority),
            image,
            claims);
  }

  private static VerificationResult verifyBundle(
      Digest image, Signature.Bundled signature, Authority.Key authority, Claims claims)
      throws FormatException {
    var bundle = signature.bundle();
    return switch (bundle.material()) {
      case Bundle.Material.Certificates certificates ->
          new Rejected(authority, new Reason.SignedWithCertificate());
      case Bundle.Material.KeyHint hint ->
          switch (bundle.content()) {
            case Bundle.Content.Message message ->
                new Rejected(authority, new Reason.SignedAFile());
            case Bundle.Content.Enveloped(var envelope) ->
                verifyEnvelope(
                    image, signature, envelope, log(bundle.logEntries()), authority, claims);
          };
    };
  }

  private static VerificationResult verifyEnvelope(
      Digest image,
      Signature.WellFormed signature,
      Envelope envelope,
      LogEvidence log,
      Authority.Key authority,
      Claims claims)
      throws FormatException {
    var opened = envelope.openWith(authority.key());
    return opened.isEmpty()
        ? new Rejected(authority, new Reason.WrongKey())
        : judge(
            new Candidate(
                signature,
                opened.get(),
                envelope.signedBytes(),
                envelope.unverifiedPayload(),
                log,
                authority),
            image,
            claims);
  }

  private static LogEvidence log(Optional<String> entry) throws FormatException {
    return entry.isEmpty()
        ? new LogEvidence.None()
        : new LogEvidence.Unverified(List.of(LogEntry.parse(entry.get())));
  }

  private static LogEvidence log(List<LogEntry> entries) {
    return entries.isEmpty() ? new LogEvidence.None() : new LogEvidence.Unverified(entries);
  }

  /// A signature that the authority's key made, whatever it says.
  private record Candidate(
      Signature.WellFormed signature,
      Opened<? extends Claim> opened,
      Bytes signed,
      Bytes payload,
      LogEvidence log,
      Authority.Key authority) {
    LoggedSignature asLogged() {
      return new LoggedSignature(opened.signature(), authority.key(), signed, payload);
    }
  }

  private static VerificationResult judge(Candidate candidate, Digest image, Claims claims)
      throws FormatException {
    return otherLogEntry(candidate)
        .or(() -> otherPredicate(candidate.opened().claim(), claims))
        .or(() -> unmetClaim(image, candidate.opened().claim(), claims))
        .<VerificationResult>map(reason -> new Rejected(candidate.authority(), reason))
        .orElseGet(() ->
            new Verified(
                candidate.authority(),
                candidate.signature(),
                candidate.opened().claim(),
                candidate.opened().scheme(),
                candidate.log()));
  }

  private static Optional<Reason> otherLogEntry(Candidate candidate) throws FormatException {
    return switch (candidate.log()) {
      case LogEvidence.None none -> Optional.empty();
      case LogEvidence.Unverified attached -> {
        for (var entry : attached.entries()) {
          var mismatch = entry.mismatch(candidate.asLogged());
          if (mismatch.isPresent()) {
            yield Optional.of(new Reason.OtherLogEntry(mismatch.get()));
          }
        }
        yield Optional.empty();
      }
    };
  }

  private static Optional<Reason> otherPredicate(Claim claim, Claims claims) {
    var type =
        switch (claim) {
          case SimpleSigning simple -> Statement.SIGNATURE;
          case Statement statement -> statement.predicateType();
        };
    return type.equals(claims.predicateType())
        ? Optional.empty()
        : Optional.of(new Reason.OtherPredicate(type));
  }

  private static Optional<Reason> unmetClaim(Digest image, Claim claim, Claims claims) {
    return switch (claims) {
      case Claims.InsecureUnchecked unchecked -> Optional.empty();
      case Claims.InsecureAttestation unchecked -> Optional.empty();
      case Claims.Attestation attestation -> unmet(image, claim, Map.of());
      case Claims.Required required -> unmet(image, claim, required.annotations());
    };
  }

  private static Optional<Reason> unmet(Digest image, Claim claim, Map<String, String> wanted) {
    var annotations = claim.about(image);
    return annotations.isEmpty()
        ? Optional.of(new Reason.OtherImage(claim.images()))
        : missingAnnotation(annotations.get(), wanted);
  }

  private static Optional<Reason> missingAnnotation(
      Map<String, String> signed, Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .filter(one -> !one.getValue().equals(signed.get(one.getKey())))
        .sorted(Map.Entry.comparingByKey())
        .findFirst()
        .map(one -> new Reason.MissingAnnotation(one.getKey(), one.getValue()));
  }
}
