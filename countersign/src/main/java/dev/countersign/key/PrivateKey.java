package dev.countersign.key;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import java.io.IOException;

/// What can sign: a key in memory ([SoftwareKey]), or one that a device or service keeps.
public interface PrivateKey {
  /// The key that verifies what this one signs.
  PublicKey publicKey();

  /// The signature of `message` by the scheme [PublicKey#scheme]; ECDSA signatures are DER.
  ///
  /// @throws IOException if whoever keeps the key cannot be reached or refuses; a key in memory
  ///   never throws it
  default Bytes sign(Bytes message) throws IOException {
    return sign(Blob.of(message));
  }

  /// As above.
  ///
  /// @throws IllegalArgumentException if `message` holds neither the bytes nor the scheme's hash
  Bytes sign(Blob message) throws IOException;
}
