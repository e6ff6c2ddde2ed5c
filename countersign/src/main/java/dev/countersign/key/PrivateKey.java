package dev.countersign.key;

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
  Bytes sign(Bytes message) throws IOException;
}
