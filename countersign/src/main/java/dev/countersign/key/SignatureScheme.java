package dev.countersign.key;

import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import java.util.Locale;

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

  /// The bytes that the key's algorithm works on: the digest of `message`, or for pure Ed25519 the
  /// message itself.
  byte[] prepare(Bytes message) {
    return switch (this) {
      case SHA256 -> HashAlgorithm.SHA256.of(message).toArray();
      case SHA384 -> HashAlgorithm.SHA384.of(message).toArray();
      case SHA512, ED25519PH -> HashAlgorithm.SHA512.of(message).toArray();
      case ED25519 -> message.toArray();
    };
  }
}
