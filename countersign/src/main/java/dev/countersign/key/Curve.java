package dev.countersign.key;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.FormatException;
import java.math.BigInteger;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.custom.sec.SecP256R1Curve;
import org.bouncycastle.math.ec.custom.sec.SecP384R1Curve;
import org.bouncycastle.math.ec.custom.sec.SecP521R1Curve;

/// A named curve of [RFC 5480 §2.1.1.1](https://www.rfc-editor.org/rfc/rfc5480#section-2.1.1.1).
enum Curve {
  P256("2a8648ce3d030107", 32, SignatureScheme.SHA256),
  P384("2b81040022", 48, SignatureScheme.SHA384),
  P521("2b81040023", 66, SignatureScheme.SHA512);

  private final String identifier;
  private final int size;
  private final SignatureScheme scheme;

  Curve(String identifier, int size, SignatureScheme scheme) {
    this.identifier = identifier;
    this.size = size;
    this.scheme = scheme;
  }

  /// Reads the curve's OBJECT IDENTIFIER; curves spelt out in parameters are refused.
  static Curve parse(DerReader algorithm) throws FormatException {
    if (!algorithm.has(DerReader.OBJECT_IDENTIFIER)) {
      throw new FormatException("expected a named curve, got explicit or no parameters");
    }
    var identifier = algorithm.objectIdentifier();
    for (var curve : values()) {
      if (curve.identifier.equals(identifier)) {
        return curve;
      }
    }
    throw new FormatException(
        "expected curve P-256, P-384 or P-521, got curve OID " + identifier + " (hex)");
  }

  /// The DER of the curve's OBJECT IDENTIFIER.
  byte[] toDer() {
    return DerWriter.objectIdentifier(identifier);
  }

  /// The bytes of a coordinate, and of a private key.
  int size() {
    return size;
  }

  /// The scheme whose hash is as long as the curve.
  SignatureScheme scheme() {
    return scheme;
  }

  BigInteger order() {
    return domain().getN();
  }

  /// Bouncy Castle's form of the curve, made when the curve is first used.
  ECDomainParameters domain() {
    return switch (this) {
      case P256 -> P256Domain.DOMAIN;
      case P384 -> P384Domain.DOMAIN;
      case P521 -> P521Domain.DOMAIN;
    };
  }

  private static ECDomainParameters domain(ECCurve curve, String generator) {
    var point = curve.decodePoint(HexFormat.of().parseHex(generator));
    return new ECDomainParameters(curve, point, curve.getOrder(), curve.getCofactor());
  }

  // The generators, uncompressed, which takes no square root: SEC 2 version 2.0, §2.4.2, §2.5.1,
  // §2.6.1.
  private static final class P256Domain {
    static final ECDomainParameters DOMAIN =
        domain(
            new SecP256R1Curve(),
            "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
  }

  private static final class P384Domain {
    static final ECDomainParameters DOMAIN =
        domain(
            new SecP384R1Curve(),
            "04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38"
                + "5502f25dbf55296c3a545e3872760ab7"
                + "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0"
                + "0a60b1ce1d7e819d7a431d7c90ea0e5f");
  }

  private static final class P521Domain {
    static final ECDomainParameters DOMAIN =
        domain(
            new SecP521R1Curve(),
            "0400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d"
                + "3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66"
                + "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e66"
                + "2c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650");
  }
}
