package dev.countersign.key;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A seed of 32 bytes ([RFC 8032 §5.1.5](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.5)).
final class Ed25519SigningKey implements SigningKey {
  private final byte[] seed;
  private final byte[] point = new byte[Ed25519.PUBLIC_KEY_SIZE];

  private Ed25519SigningKey(byte[] seed) {
    this.seed = seed;
    Ed25519.generatePublicKey(seed, 0, point, 0);
  }

  /// Reads a CurvePrivateKey ([RFC 8410 §7](https://www.rfc-editor.org/rfc/rfc8410#section-7)).
  static Ed25519SigningKey parse(byte[] der) throws FormatException {
    if (der.length != 2 + Ed25519.SECRET_KEY_SIZE
        || der[0] != DerReader.OCTET_STRING
        || der[1] != Ed25519.SECRET_KEY_SIZE) {
      throw new FormatException("expected an Ed25519 seed of 32 bytes, got another");
    }
    return new Ed25519SigningKey(Arrays.copyOfRange(der, 2, der.length));
  }

  @Override
  public VerifyingKey verifyingKey() {
    return new Ed25519VerifyingKey(Bytes.copyOf(point));
  }

  @Override
  public byte[] sign(byte[] prepared) {
    var signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, point, 0, prepared, 0, prepared.length, signature, 0);
    return signature;
  }

  @Override
  public byte[] pkcs8() {
    var key = DerWriter.octetString(seed);
    var pkcs8 =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ZERO),
            DerWriter.sequence(DerWriter.objectIdentifier(Algorithm.ED25519)),
            DerWriter.octetString(key));
    Arrays.fill(key, (byte) 0);
    return pkcs8;
  }
}
