package dev.countersign.key;

import dev.countersign.der.DerReader;
import dev.countersign.format.FormatException;
import java.math.BigInteger;

/// The algorithm identifiers of keys ([RFC 5480](https://www.rfc-editor.org/rfc/rfc5480), [RFC
/// 8017](https://www.rfc-editor.org/rfc/rfc8017), [RFC
/// 8410](https://www.rfc-editor.org/rfc/rfc8410)), as the hex of the OID's content.
final class Algorithm {
  static final String EC = "2a8648ce3d0201";
  static final String RSA = "2a864886f70d010101";
  static final String ED25519 = "2b6570";

  private static final int ATTRIBUTES = 0xa0;
  private static final int PUBLIC_KEY = 0x81;

  private Algorithm() {}

  /// Reads a SubjectPublicKeyInfo ([RFC 5280
  /// §4.1](https://www.rfc-editor.org/rfc/rfc5280#section-4.1)).
  static VerifyingKey parseSpki(byte[] der) throws FormatException {
    var spki = DerReader.ofSequence(der);
    var algorithm = spki.inside(DerReader.SEQUENCE);
    var key = spki.bitString();
    spki.expectEnd();
    var identifier = algorithm.objectIdentifier();
    var parsed =
        switch (identifier) {
          case EC -> EcdsaVerifyingKey.parse(Curve.parse(algorithm), key);
          case RSA -> rsa(algorithm, key);
          case ED25519 -> Ed25519VerifyingKey.parse(key);
          default -> throw unsupported(identifier);
        };
    algorithm.expectEnd();
    return parsed;
  }

  /// Reads a PKCS#8 PrivateKeyInfo ([RFC 5958](https://www.rfc-editor.org/rfc/rfc5958)); attributes
  /// and the copy of the public key that may follow are not read.
  static SigningKey parsePkcs8(byte[] der) throws FormatException {
    var info = DerReader.ofSequence(der);
    var version = info.unsignedInteger();
    if (version.compareTo(BigInteger.ONE) > 0) {
      throw new FormatException("expected a PKCS#8 key of version 0 or 1, got another");
    }
    if (!info.has(DerReader.SEQUENCE)) {
      throw new FormatException(
          "expected a PKCS#8 key, got another form (SEC1 or PKCS#1); convert it with: openssl"
              + " pkcs8 -topk8 -nocrypt");
    }
    var algorithm = info.inside(DerReader.SEQUENCE);
    var key = info.content(DerReader.OCTET_STRING);
    skip(info, ATTRIBUTES);
    skip(info, PUBLIC_KEY);
    info.expectEnd();
    return parsePrivate(algorithm, key);
  }

  private static SigningKey parsePrivate(DerReader algorithm, byte[] key) throws FormatException {
    var identifier = algorithm.objectIdentifier();
    var parsed =
        switch (identifier) {
          case EC -> EcdsaSigningKey.parseSec1(key, Curve.parse(algorithm));
          case RSA -> {
            algorithm.expectNull();
            yield RsaSigningKey.parsePkcs1(key);
          }
          case ED25519 -> Ed25519SigningKey.parse(key);
          default -> throw unsupported(identifier);
        };
    algorithm.expectEnd();
    return parsed;
  }

  private static VerifyingKey rsa(DerReader algorithm, byte[] key) throws FormatException {
    algorithm.expectNull();
    return RsaVerifyingKey.parsePkcs1(key);
  }

  private static void skip(DerReader reader, int tag) throws FormatException {
    if (reader.has(tag)) {
      reader.inside(tag);
    }
  }

  private static FormatException unsupported(String identifier) {
    return new FormatException(
        "expected an ECDSA, RSA or Ed25519 key, got algorithm OID " + identifier + " (hex)");
  }
}
