package dev.countersign.verify;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SignatureScheme;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.verify.VerificationResult.Reason;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Verifies the signature of a file, one rule after another.
public final class BlobVerifier {
  private BlobVerifier() {}

  /// The hashes of a file that [#verify] may ask for.
  public static Set<HashAlgorithm> hashes(BlobSignature signature, Authority authority) {
    var hashes = EnumSet.of(HashAlgorithm.SHA256);
    for (var scheme : schemes(signature, authority)) {
      scheme.hash().ifPresent(hashes::add);
    }
    claimed(signature).ifPresent(digest -> hashes.add(digest.algorithm()));
    return hashes;
  }

  /// How the file may have been signed.
  public static List<SignatureScheme> schemes(BlobSignature signature, Authority authority) {
    return switch (authority) {
      case Authority.Key key -> key.key().schemes();
      case Authority.Keyless keyless -> {
        try {
          yield Presented.of(Blob.of(Bytes.utf8("")), signature).certificates().stream()
              .findFirst()
              .map(certificate -> certificate.key().schemes())
              .orElse(List.of());
        } catch (FormatException e) {
          yield List.of(); // and so verify rejects it
        }
      }
    };
  }

  private static Optional<Bundle.MessageDigest> claimed(BlobSignature signature) {
    return signature instanceof BlobSignature.Bundled(Bundle bundle)
            && bundle.content() instanceof Bundle.Content.Message message
        ? message.digest()
        : Optional.empty();
  }

  /// What `signature` proves to `authority` about `blob`. Total: hostile bytes are a
  /// [BlobResult.Rejected]. A key is the authority's and never one that came with the signature;
  /// whether its word counts now is not asked here.
  ///
  /// @param now counts where nobody else says when the signature was there
  public static BlobResult verify(
      Blob blob, BlobSignature signature, Authority authority, Instant now) {
    try {
      var unfit = unfit(blob, signature);
      if (unfit.isPresent()) {
        return new BlobResult.Rejected(authority, unfit.get());
      }
      return switch (authority) {
        case Authority.Key key -> verify(blob, signature, key, now);
        case Authority.Keyless keyless -> verify(blob, signature, keyless, now);
      };
    } catch (FormatException e) {
      return new BlobResult.Rejected(authority, new Reason.Malformed(e.problem()));
    }
  }

  /// Why nobody can vouch for the file by `signature`; a digest that a bundle names is a hint and
  /// proves nothing, but must be right.
  private static Optional<Reason> unfit(Blob blob, BlobSignature signature) {
    if (signature instanceof BlobSignature.Bundled(Bundle bundle)
        && bundle.content() instanceof Bundle.Content.Enveloped) {
      return Optional.of(new Reason.SignedAStatement());
    }
    return claimed(signature).flatMap(named -> otherFile(blob, named));
  }

  private static Optional<Reason> otherFile(Blob blob, Bundle.MessageDigest named) {
    var hash = blob.hash(named.algorithm());
    if (hash.isEmpty()) {
      return Optional.of(new Reason.FileNotAtHand(Optional.of(named.algorithm())));
    }
    return hash.get().equals(named.hash())
        ? Optional.empty()
        : Optional.of(new Reason.OtherFile(named));
  }

  private static BlobResult verify(
      Blob blob, BlobSignature signature, Authority.Key authority, Instant now)
      throws FormatException {
    if (signature instanceof BlobSignature.Bundled(Bundle bundle)
        && bundle.material() instanceof Bundle.Material.Certificates) {
      return new BlobResult.Rejected(authority, new Reason.SignedWithCertificate());
    }
    var presented = Presented.byKey(blob, signature);
    var scheme = authority.key().verify(blob, presented.signature());
    if (scheme.isEmpty()) {
      return new BlobResult.Rejected(
          authority, unproven(blob, authority.key()).orElseGet(Reason.WrongKey::new));
    }
    var signer = new Signer.KeyHolder(authority.key());
    return switch (Witnesses.ask(authority, presented, now)) {
      case Witnesses.Answer.Unseen(Reason reason) -> new BlobResult.Rejected(authority, reason);
      case Witnesses.Answer.Seen(LogEvidence evidence) ->
          new BlobResult.Verified(authority, signer, scheme.get(), evidence);
    };
  }

  private static BlobResult verify(
      Blob blob, BlobSignature signature, Authority.Keyless authority, Instant now)
      throws FormatException {
    var presented = Presented.of(blob, signature);
    return switch (new CertificateCheck(authority, now).check(presented)) {
      case CertificateCheck.Answer.Disbelieved(Reason reason) ->
          new BlobResult.Rejected(authority, reason);
      case CertificateCheck.Answer.Believed(var signer, var evidence) -> {
        var key = signer.certificate().key();
        yield key.verify(blob, presented.signature())
            .<BlobResult>map(scheme -> new BlobResult.Verified(authority, signer, scheme, evidence))
            .orElseGet(() ->
                new BlobResult.Rejected(
                    authority, unproven(blob, key).orElseGet(Reason.NotByItsCertificate::new)));
      }
    };
  }

  private static Optional<Reason> unproven(Blob blob, PublicKey key) {
    return key.schemes().stream()
        .filter(scheme -> !isAtHand(blob, scheme))
        .findFirst()
        .map(scheme -> new Reason.FileNotAtHand(scheme.hash()));
  }

  private static boolean isAtHand(Blob blob, SignatureScheme scheme) {
    return scheme.hash().isEmpty()
        ? blob.content().isPresent()
        : blob.hash(scheme.hash().get()).isPresent();
  }
}
