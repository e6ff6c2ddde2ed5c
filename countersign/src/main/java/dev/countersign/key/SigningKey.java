package dev.countersign.key;

import dev.countersign.format.Bytes;

/// The numbers of a private key, and its algorithm.
sealed interface SigningKey permits EcdsaSigningKey, RsaSigningKey, Ed25519SigningKey {
  VerifyingKey verifyingKey();

  /// The signature of `message` by the first of the public key's schemes.
  byte[] sign(Bytes message);

  /// The DER of the PKCS#8 PrivateKeyInfo, which the caller wipes.
  byte[] pkcs8();
}
