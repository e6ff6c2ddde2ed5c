package dev.countersign.key;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import java.util.Locale;
import java.util.Optional;

/// How a message becomes what a key signs; the key's own algorithm does the rest.
///
/// With ECDSA and RSA (PKCS#1 v1.5) it is the hash. Ed25519 has two forms: the pure one, and
/// Ed25519ph over SHA-512 ([RFC 8032 §5.1](https://www.rfc-editor.org/rfc/rfc8032#section-5.1)).
public enum SignatureScheme {
  SHA256,
  SHA384,
  SHA512,
  ED25519,
  ED25519PH;

  /// The name that people see, as `sha256` or `ed25519ph`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The hash that is enough of a message; empty for pure Ed25519, which takes the whole of it.
  public Optional<HashAlgorithm> hash() {
    return switch (this) {
      case SHA256 -> Optional.of(HashAlgorithm.SHA256);
      case SHA384 -> Optional.of(HashAlgorithm.SHA384);
      case SHA512, ED25519PH -> Optional.of(HashAlgorithm.SHA512);
      case ED25519 -> Optional.empty();
    };
  }

  /// The bytes that the key's algorithm works on: the hash of `message`, or for pure Ed25519 the
  /// message itself. Empty if `message` does not hold them.
  Optional<byte[]> prepare(Blob message) {
    return hash().isEmpty()
        ? message.content().map(Bytes::toArray)
        : message.hash(hash().get()).map(Bytes::toArray);
  }
}
