package dev.countersign.testkit;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/// The key of a service, new each time, and since when it is good.
final class ServiceKey {
  private final KeyPair pair;
  private final String algorithm;
  private final Instant start = Instant.now().minus(Duration.ofDays(1));

  private ServiceKey(KeyPair pair, String algorithm) {
    this.pair = pair;
    this.algorithm = algorithm;
  }

  /// ECDSA on P-256 with SHA-256.
  static ServiceKey ecdsa() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return new ServiceKey(generator.generateKeyPair(), "SHA256withECDSA");
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static ServiceKey ed25519() {
    return generate("Ed25519", "Ed25519");
  }

  /// RSA PKCS#1 v1.5 with SHA-256.
  static ServiceKey rsa() {
    return generate("RSA", "SHA256withRSA");
  }

  private static ServiceKey generate(String kind, String algorithm) {
    try {
      return new ServiceKey(KeyPairGenerator.getInstance(kind).generateKeyPair(), algorithm);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  PublicKey publicKey() {
    return pair.getPublic();
  }

  PrivateKey privateKey() {
    return pair.getPrivate();
  }

  byte[] spki() {
    return pair.getPublic().getEncoded();
  }

  /// The raw point of an Ed25519 key: the end of its SubjectPublicKeyInfo.
  byte[] rawEd25519() {
    var spki = spki();
    return Arrays.copyOfRange(spki, spki.length - 32, spki.length);
  }

  /// The SHA-256 of the SubjectPublicKeyInfo.
  byte[] id() {
    return sha256(spki());
  }

  byte[] sign(byte[] message) {
    try {
      var signature = Signature.getInstance(algorithm);
      signature.initSign(pair.getPrivate());
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// As a trusted root names a key.
  Map<String, Object> toTrustedKey() {
    return Map.of(
        "rawBytes",
        Base64.getEncoder().encodeToString(spki()),
        "keyDetails",
        algorithm.equals("Ed25519") ? "PKIX_ED25519" : "PKIX_ECDSA_P256_SHA_256",
        "validFor",
        Map.of("start", start.toString()));
  }

  static byte[] sha256(byte[]... parts) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        hash.update(part);
      }
      return hash.digest();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
