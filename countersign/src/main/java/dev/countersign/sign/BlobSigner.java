package dev.countersign.sign;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PrivateKey;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SignatureScheme;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/// A key that signs files.
public record BlobSigner(PrivateKey key) {
  /// The hashes of a file that signing asks for; pure Ed25519 asks for its bytes too.
  public Set<HashAlgorithm> hashes() {
    return EnumSet.of(named(key.publicKey().scheme()));
  }

  /// The signature of `blob`, in bundle form.
  ///
  /// @throws IOException if the key lies elsewhere and cannot be reached
  public Bundle bundle(Blob blob) throws IOException {
    return bundle(blob, key.sign(blob), key.publicKey(), key.publicKey().scheme());
  }

  /// The signature of `blob`, in the old form.
  ///
  /// @throws IOException as above
  public BlobSignature.Old old(Blob blob) throws IOException {
    return BlobSignature.Old.of(key.sign(blob), key.publicKey());
  }

  /// A bundle of a signature that was made before, by `key` over `blob`.
  public static Bundle bundle(Blob blob, Bytes signature, PublicKey key, SignatureScheme scheme) {
    var algorithm = named(scheme);
    var digest = blob.hash(algorithm).map(hash -> new Bundle.MessageDigest(algorithm, hash));
    return Bundle.of(key.hint(), new Bundle.Content.Message(digest, signature));
  }

  /// The hash by which a bundle names the file. With pure Ed25519 it is SHA-256: cosign verifies no
  /// bundle without one.
  private static HashAlgorithm named(SignatureScheme scheme) {
    return scheme.hash().orElse(HashAlgorithm.SHA256);
  }
}
