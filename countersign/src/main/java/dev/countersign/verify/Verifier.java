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
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.VerificationResult.Rejected;
import dev.countersign.verify.VerificationResult.Verified;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Verifies a signature against an authority, one rule after another.
public final class Verifier {
  private Verifier() {}

  /// What `signature` proves to `authority` about `image`. Total: hostile bytes are a [Rejected].
  ///
  /// @param now counts where nobody else says when a signature was there; whether the authority's
  ///   word counts now is not asked here
  public static VerificationResult verify(
      Digest image, Signature signature, Authority authority, Claims claims, Instant now) {
    return switch (signature) {
      case Signature.Malformed malformed ->
          new Rejected(authority, new Reason.Malformed(malformed.problem()));
      case Signature.WellFormed wellFormed -> {
        try {
          yield switch (authority) {
            case Authority.Key key -> verify(image, wellFormed, key, claims, now);
            case Authority.Keyless keyless -> verify(image, wellFormed, keyless, claims, now);
          };
        } catch (FormatException e) {
          yield new Rejected(authority, new Reason.Malformed(e.problem()));
        }
      }
    };
  }

  private static VerificationResult verify(
      Digest image,
      Signature.WellFormed signature,
      Authority.Key authority,
      Claims claims,
      Instant now)
      throws FormatException {
    var ofAnotherKind = signedAFile(signature).or(() -> signedWithCertificate(signature));
    if (ofAnotherKind.isPresent()) {
      return new Rejected(authority, ofAnotherKind.get());
    }
    var opened = open(signature, authority.key());
    if (opened.isEmpty()) {
      return new Rejected(authority, new Reason.WrongKey());
    }
    var signer = new Signer.KeyHolder(authority.key());
    return switch (Witnesses.ask(authority, Presented.of(signature, opened.get()), now)) {
      case Witnesses.Answer.Unseen(Reason reason) -> new Rejected(authority, reason);
      case Witnesses.Answer.Seen(LogEvidence evidence) ->
          judge(image, signature, authority, claims, new Opening(signer, opened.get(), evidence));
    };
  }

  private static VerificationResult verify(
      Digest image,
      Signature.WellFormed signature,
      Authority.Keyless authority,
      Claims claims,
      Instant now)
      throws FormatException {
    var ofAnotherKind = signedAFile(signature);
    if (ofAnotherKind.isPresent()) {
      return new Rejected(authority, ofAnotherKind.get());
    }
    var presented = Presented.of(signature);
    return switch (new CertificateCheck(authority, now).check(presented)) {
      case CertificateCheck.Answer.Disbelieved(Reason reason) -> new Rejected(authority, reason);
      case CertificateCheck.Answer.Believed(var signer, var evidence) -> {
        var opened = open(signature, signer.certificate().key());
        yield opened.isEmpty()
            ? new Rejected(authority, new Reason.NotByItsCertificate())
            : judge(
                image, signature, authority, claims, new Opening(signer, opened.get(), evidence));
      }
    };
  }

  private static Optional<Reason> signedAFile(Signature.WellFormed signature) {
    return signature instanceof Signature.Bundled(Bundle bundle)
            && bundle.content() instanceof Bundle.Content.Message
        ? Optional.of(new Reason.SignedAFile())
        : Optional.empty();
  }

  private static Optional<Reason> signedWithCertificate(Signature.WellFormed signature) {
    return signature instanceof Signature.Bundled(Bundle bundle)
            && bundle.material() instanceof Bundle.Material.Certificates
        ? Optional.of(new Reason.SignedWithCertificate())
        : Optional.empty();
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

  /// A signature that a key has opened, whose it is, and what others saw of it.
  private record Opening(Signer signer, Opened<?> opened, LogEvidence evidence) {}

  private static VerificationResult judge(
      Digest image,
      Signature.WellFormed signature,
      Authority authority,
      Claims claims,
      Opening opening) {
    var opened = opening.opened();
    return otherPredicate(opened.claim(), claims)
        .or(() -> unmetClaim(image, opened.claim(), claims))
        .<VerificationResult>map(reason -> new Rejected(authority, reason))
        .orElseGet(() ->
            new Verified(
                authority,
                opening.signer(),
                signature,
                opened.claim(),
                opened.scheme(),
                opening.evidence()));
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
    for (var one : new TreeMap<>(wanted).entrySet()) {
      if (!one.getValue().equals(signed.get(one.getKey()))) {
        return Optional.of(new Reason.MissingAnnotation(one.getKey(), one.getValue()));
      }
    }
    return Optional.empty();
  }
}
