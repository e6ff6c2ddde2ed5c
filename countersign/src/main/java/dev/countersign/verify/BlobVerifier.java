package dev.countersign.verify;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SignatureScheme;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.transparency.LogEntry;
import dev.countersign.transparency.LoggedSignature;
import dev.countersign.verify.VerificationResult.LogEvidence;
import dev.countersign.verify.VerificationResult.Reason;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Verifies the signature of a file, one rule after another.
public final class BlobVerifier {
  private BlobVerifier() {}

  /// The hashes of a file that [#verify] may ask for.
  public static Set<HashAlgorithm> hashes(BlobSignature signature, PublicKey key) {
    var hashes = EnumSet.of(HashAlgorithm.SHA256);
    for (var scheme : key.schemes()) {
      scheme.hash().ifPresent(hashes::add);
    }
    claimed(signature).ifPresent(digest -> hashes.add(digest.algorithm()));
    return hashes;
  }

  private static Optional<Bundle.MessageDigest> claimed(BlobSignature signature) {
    return signature instanceof BlobSignature.Bundled(Bundle bundle)
            && bundle.content() instanceof Bundle.Content.Message message
        ? message.digest()
        : Optional.empty();
  }

  /// What `signature` proves to `authority` about `blob`. Total: hostile bytes are a
  /// [BlobResult.Rejected]. The key is the authority's and never one that came with the signature;
  /// whether its word counts now is not asked here.
  public static BlobResult verify(Blob blob, BlobSignature signature, Authority authority) {
    return switch (authority) {
      case Authority.Key key -> {
        try {
          yield verify(blob, signature, key);
        } catch (FormatException e) {
          yield new BlobResult.Rejected(key, new Reason.Malformed(e.problem()));
        }
      }
    };
  }

  private static BlobResult verify(Blob blob, BlobSignature signature, Authority.Key authority)
      throws FormatException {
    return switch (signature) {
      case BlobSignature.Bare(Bytes bytes) -> judge(blob, bytes, List.of(), authority);
      case BlobSignature.Old old ->
          judge(blob, old.signature(), logEntries(old.logEntry()), authority);
      case BlobSignature.Bundled(Bundle bundle) -> verifyBundle(blob, bundle, authority);
    };
  }

  private static List<LogEntry> logEntries(Optional<String> text) throws FormatException {
    return text.isEmpty() ? List.of() : List.of(LogEntry.parse(text.get()));
  }

  private static BlobResult verifyBundle(Blob blob, Bundle bundle, Authority.Key authority)
      throws FormatException {
    return switch (bundle.material()) {
      case Bundle.Material.Certificates certificates ->
          new BlobResult.Rejected(authority, new Reason.SignedWithCertificate());
      case Bundle.Material.KeyHint hint ->
          switch (bundle.content()) {
            case Bundle.Content.Enveloped enveloped ->
                new BlobResult.Rejected(authority, new Reason.SignedAStatement());
            case Bundle.Content.Message message ->
                message.digest().isEmpty()
                    ? judge(blob, message.signature(), bundle.logEntries(), authority)
                    : verifyNamed(blob, message.digest().get(), message, bundle, authority);
          };
    };
  }

  private static BlobResult verifyNamed(
      Blob blob,
      Bundle.MessageDigest named,
      Bundle.Content.Message message,
      Bundle bundle,
      Authority.Key authority)
      throws FormatException {
    var hash = blob.hash(named.algorithm());
    if (hash.isEmpty()) {
      return new BlobResult.Rejected(
          authority, new Reason.FileNotAtHand(Optional.of(named.algorithm())));
    }
    return hash.get().equals(named.hash())
        ? judge(blob, message.signature(), bundle.logEntries(), authority)
        : new BlobResult.Rejected(authority, new Reason.OtherFile(named));
  }

  private static BlobResult judge(
      Blob blob, Bytes signature, List<LogEntry> logEntries, Authority.Key authority)
      throws FormatException {
    var scheme = authority.key().verify(blob, signature);
    if (scheme.isEmpty()) {
      return new BlobResult.Rejected(authority, unproven(blob, authority.key()));
    }
    var logged = new LoggedSignature(signature, authority.key(), blob);
    for (var entry : logEntries) {
      var mismatch = entry.mismatch(logged);
      if (mismatch.isPresent()) {
        return new BlobResult.Rejected(authority, new Reason.OtherLogEntry(mismatch.get()));
      }
    }
    return new BlobResult.Verified(authority, scheme.get(), LogEvidence.of(logEntries));
  }

  private static Reason unproven(Blob blob, PublicKey key) {
    return key.schemes().stream()
        .filter(scheme -> !isAtHand(blob, scheme))
        .findFirst()
        .<Reason>map(scheme -> new Reason.FileNotAtHand(scheme.hash()))
        .orElseGet(Reason.WrongKey::new);
  }

  private static boolean isAtHand(Blob blob, SignatureScheme scheme) {
    return scheme.hash().isEmpty()
        ? blob.content().isPresent()
        : blob.hash(scheme.hash().get()).isPresent();
  }
}
