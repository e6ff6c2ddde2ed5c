package dev.countersign.key;

import java.util.List;

/// The numbers of a public key, and its algorithm.
sealed interface VerifyingKey permits EcdsaVerifyingKey, RsaVerifyingKey, Ed25519VerifyingKey {
  /// What is tried, in order; keys of this kind sign with the first.
  List<SignatureScheme> schemes();

  /// Whether `signature` is of `prepared`, as [SignatureScheme#prepare] makes it; false for any
  /// bytes that are no signature.
  boolean accepts(SignatureScheme scheme, byte[] prepared, byte[] signature);

  /// The DER of the SubjectPublicKeyInfo.
  byte[] spki();
}
