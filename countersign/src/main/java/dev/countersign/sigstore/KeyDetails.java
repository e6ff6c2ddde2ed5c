package dev.countersign.sigstore;

import dev.countersign.der.DerReader;
import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;

/// How sigstore names the kind of a key together with how it signs
/// ([PublicKeyDetails](https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_common.proto)).
public final class KeyDetails {
  private static final String RSA = "2a864886f70d010101";

  private KeyDetails() {}

  /// The name.
  ///
  /// @throws FormatException if sigstore has no name for the kind of `key`
  public static String of(PublicKey key) throws FormatException {
    var info = DerReader.ofSequence(key.spki().toArray());
    var isRsa = info.inside(DerReader.SEQUENCE).objectIdentifier().equals(RSA);
    return switch (key.scheme()) {
      case SHA256 -> isRsa ? rsa(info.bitString()) : "PKIX_ECDSA_P256_SHA_256";
      case SHA384 -> "PKIX_ECDSA_P384_SHA_384";
      case SHA512 -> "PKIX_ECDSA_P521_SHA_512";
      case ED25519, ED25519PH -> "PKIX_ED25519";
    };
  }

  private static String rsa(byte[] key) throws FormatException {
    int bits = DerReader.ofSequence(key).unsignedInteger().bitLength();
    return switch (bits) {
      case 2048, 3072, 4096 -> "PKIX_RSA_PKCS1V15_" + bits + "_SHA256";
      default ->
          throw new FormatException(
              "expected an RSA key of 2048, 3072 or 4096 bits, got one of " + bits);
    };
  }
}
