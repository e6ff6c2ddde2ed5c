package dev.countersign.verify;

import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.Repository;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Claim;
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
      var ofAnotherKind = ofAnotherKind(signature);
      if (ofAnotherKind.isPresent()) {
        return new Rejected(authority, ofAnotherKind.get());
      }
      var opened = open(signature, authority.key());
      return opened.isEmpty()
          ? new Rejected(authority, new Reason.WrongKey())
          : judge(image, signature, opened.get(), authority, claims);
    } catch (FormatException e) {
      return new Rejected(authority, new Reason.Malformed(e.problem()));
    }
  }

  /// Why no key can vouch for an image by `signature`; empty if one can.
  private static Optional<Reason> ofAnotherKind(Signature.WellFormed signature) {
    return switch (signature) {
      case Signature.Simple simple -> Optional.empty();
      case Signature.Attested attested -> Optional.empty();
      case Signature.Bundled(Bundle bundle) ->
          switch (bundle.material()) {
            case Bundle.Material.Certificates certificates ->
                Optional.of(new Reason.SignedWithCertificate());
            case Bundle.Material.KeyHint hint ->
                switch (bundle.content()) {
                  case Bundle.Content.Message message -> Optional.of(new Reason.SignedAFile());
                  case Bundle.Content.Enveloped enveloped -> Optional.empty();
                };
          };
    };
  }

  private static Optional<? extends Opened<?>> open(Signature.WellFormed signature, PublicKey key)
      throws FormatException {
    return switch (signature) {
      case Signature.Simple simple -> simple.sealed().openWith(key);
      case Signature.Attested attested -> attested.envelope().openWith(key);
      case Signature.Bundled(Bundle bundle) ->
          switch (bundle.content()) {
            case Bundle.Content.Message message -> Optional.empty();
            case Bundle.Content.Enveloped(var envelope) -> envelope.openWith(key);
          };
    };
  }

  private static VerificationResult judge(
      Digest image,
      Signature.WellFormed signature,
      Opened<?> opened,
      Authority.Key authority,
      Claims claims)
      throws FormatException {
    var log = log(signature);
    return otherLogEntry(log, opened, authority.key())
        .or(() -> otherPredicate(opened.claim(), claims))
        .or(() -> unmetClaim(image, opened.claim(), claims))
        .<VerificationResult>map(reason -> new Rejected(authority, reason))
        .orElseGet(() -> new Verified(authority, signature, opened.claim(), opened.scheme(), log));
  }

  private static LogEvidence log(Signature.WellFormed signature) throws FormatException {
    return LogEvidence.of(
        switch (signature) {
          case Signature.Simple simple -> entries(simple.logEntry());
          case Signature.Attested attested -> entries(attested.logEntry());
          case Signature.Bundled(Bundle bundle) -> bundle.logEntries();
        });
  }

  private static List<LogEntry> entries(Optional<String> text) throws FormatException {
    return text.isEmpty() ? List.of() : List.of(LogEntry.parse(text.get()));
  }

  private static Optional<Reason> otherLogEntry(LogEvidence log, Opened<?> opened, PublicKey key)
      throws FormatException {
    var logged = new LoggedSignature(opened.signature(), key, opened.signed(), opened.payload());
    return switch (log) {
      case LogEvidence.None none -> Optional.empty();
      case LogEvidence.Unverified attached -> {
        for (var entry : attached.entries()) {
          var mismatch = entry.mismatch(logged);
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
      case Claims.Required required ->
          unmet(image, claim, required.annotations())
              .or(() -> required.name().flatMap(name -> otherName(claim, name)));
    };
  }

  /// A tag or digest beside the signed name does not matter.
  private static Optional<Reason> otherName(Claim claim, Repository wanted) {
    return switch (claim) {
      case Statement statement -> Optional.of(new Reason.NoSignedName());
      case SimpleSigning simple ->
          names(simple.dockerReference(), wanted)
              ? Optional.empty()
              : Optional.of(new Reason.OtherName(simple.dockerReference(), wanted));
    };
  }

  private static boolean names(String signed, Repository wanted) {
    try {
      return ImageReference.parse(signed).repository().isReachedAs(wanted);
    } catch (FormatException e) {
      return false;
    }
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
