package dev.countersign.key;

/// The numbers of a private key, and its algorithm.
sealed interface SigningKey permits EcdsaSigningKey, RsaSigningKey, Ed25519SigningKey {
  VerifyingKey verifyingKey();

  /// The signature of `prepared`, as the first of the public key's schemes makes it.
  byte[] sign(byte[] prepared);

  /// The DER of the PKCS#8 PrivateKeyInfo, which the caller wipes.
  byte[] pkcs8();
}
