package dev.countersign.signature;

import dev.countersign.format.Bytes;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SignatureScheme;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Signatures of the same bytes, and which key was the last to prove one of them: a service that
/// judges remembered evidence at each question would compute the same proof at each.
///
/// Only a proof is remembered, of immutable bytes, by the whole key. Safe for use by many threads.
final class Proofs {
  private final List<Bytes> signatures;
  private volatile @Nullable Proof last;

  Proofs(List<Bytes> signatures) {
    this.signatures = List.copyOf(signatures);
  }

  /// That `key` made `signature`.
  record Proof(PublicKey key, Bytes signature, SignatureScheme scheme) {}

  List<Bytes> signatures() {
    return signatures;
  }

  /// The first signature that `key` made; empty if it made none.
  ///
  /// @param signed the bytes they are of, the same at each call
  Optional<Proof> by(PublicKey key, Bytes signed) {
    var known = last;
    if (known != null && known.key().equals(key)) {
      return Optional.of(known);
    }
    for (var signature : signatures) {
      var scheme = key.verify(signed, signature);
      if (scheme.isPresent()) {
        var proof = new Proof(key, signature, scheme.get());
        last = proof;
        return Optional.of(proof);
      }
    }
    return Optional.empty();
  }
}
