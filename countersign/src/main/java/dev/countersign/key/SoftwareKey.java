package dev.countersign.key;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import java.security.SecureRandom;
import java.util.Arrays;

/// A private key in memory: ECDSA on P-256, P-384 or P-521, RSA of 2048, 3072 or 4096 bits, or
/// Ed25519.
///
/// The same message has the same signature: ECDSA takes its nonce from the key and the message
/// ([RFC 6979](https://www.rfc-editor.org/rfc/rfc6979)), so that no weak random source can give the
/// key away, and signing twice makes one signature. Ed25519 keys sign pure: cosign 3 signs with
/// Ed25519ph but verifies the pure form only (sigstore `pkg/signature/algorithm_registry.go`,
/// cosign #5074), so pure is what both its verifier and ours accept. Immutable and thread-safe.
public final class SoftwareKey implements PrivateKey {
  private static final int MAX_CHARACTERS = 65_536;

  private final SigningKey key;
  private final PublicKey publicKey;

  private SoftwareKey(SigningKey key) {
    this.key = key;
    this.publicKey = new PublicKey(key.verifyingKey());
  }

  /// A new key on P-256, drawn from `random`.
  public static SoftwareKey generate(SecureRandom random) {
    return new SoftwareKey(EcdsaSigningKey.generate(random));
  }

  /// Reads the first PEM block of `text`, which must not be encrypted: `PRIVATE KEY` (PKCS#8), `EC
  /// PRIVATE KEY` (SEC1) or `RSA PRIVATE KEY` (PKCS#1).
  ///
  /// @throws FormatException for anything else; the message holds nothing of the key
  public static SoftwareKey parsePem(String text) throws FormatException {
    if (text.length() > MAX_CHARACTERS) {
      throw new FormatException("expected a private key, got " + text.length() + " characters");
    }
    var block = Pem.parseFirst(text);
    var der = block.content().toArray();
    try {
      return switch (block.label()) {
        case "PRIVATE KEY" -> ofPkcs8(der);
        case "EC PRIVATE KEY" -> new SoftwareKey(EcdsaSigningKey.parseSec1(der));
        case "RSA PRIVATE KEY" -> new SoftwareKey(RsaSigningKey.parsePkcs1(der));
        default -> throw unexpected(block.label());
      };
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  /// Reads a DER PKCS#8 PrivateKeyInfo.
  ///
  /// @throws FormatException for anything else
  public static SoftwareKey parseDer(Bytes pkcs8) throws FormatException {
    if (pkcs8.size() > MAX_CHARACTERS) {
      throw new FormatException("expected a private key, got " + pkcs8.size() + " bytes");
    }
    var der = pkcs8.toArray();
    try {
      return ofPkcs8(der);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  static SoftwareKey ofPkcs8(byte[] der) throws FormatException {
    return new SoftwareKey(Algorithm.parsePkcs8(der));
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public Bytes sign(Bytes message) {
    return sign(Blob.of(message));
  }

  @Override
  public Bytes sign(Blob message) {
    var prepared =
        publicKey
            .scheme()
            .prepare(message)
            .orElseThrow(() -> new IllegalArgumentException("the message is not at hand"));
    return Bytes.copyOf(key.sign(prepared));
  }

  /// The DER PKCS#8 PrivateKeyInfo, which the caller wipes.
  byte[] pkcs8() {
    return key.pkcs8();
  }

  @Override
  public String toString() {
    return "the private key of " + publicKey;
  }

  private static FormatException unexpected(String label) {
    if (label.startsWith("ENCRYPTED ")) {
      return new FormatException("expected a private key without a passphrase, got " + label);
    }
    return new FormatException(
        "expected a PEM block PRIVATE KEY, EC PRIVATE KEY or RSA PRIVATE KEY as the first, got "
            + label);
  }
}
