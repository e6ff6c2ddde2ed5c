package dev.countersign.key;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.FormatException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// An RSA modulus and exponent; signatures are PKCS#1 v1.5 ([RFC 8017
/// §8.2](https://www.rfc-editor.org/rfc/rfc8017#section-8.2)).
record RsaVerifyingKey(BigInteger modulus, BigInteger exponent) implements VerifyingKey {
  private static final int MIN_BITS = 2_048;
  private static final int MAX_BITS = 16_384;
  private static final int MAX_EXPONENT_BITS = 31;
  private static final byte[] SHA256_DIGEST_INFO =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  /// Reads an RSAPublicKey ([RFC 8017
  /// §A.1.1](https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.1)).
  static RsaVerifyingKey parsePkcs1(byte[] der) throws FormatException {
    var numbers = DerReader.ofSequence(der);
    var modulus = numbers.unsignedInteger();
    var exponent = numbers.unsignedInteger();
    numbers.expectEnd();
    return of(modulus, exponent);
  }

  /// The key of these numbers: a modulus of 2048 to 16384 bits, and an odd exponent of 3 to 2³¹-1,
  /// as Go demands.
  static RsaVerifyingKey of(BigInteger modulus, BigInteger exponent) throws FormatException {
    int bits = modulus.bitLength();
    if (bits < MIN_BITS || bits > MAX_BITS) {
      throw new FormatException("expected an RSA key of 2048 to 16384 bits, got " + bits);
    }
    if (!modulus.testBit(0)) {
      throw new FormatException("expected an odd RSA modulus, got an even one");
    }
    if (!exponent.testBit(0)
        || exponent.equals(BigInteger.ONE)
        || exponent.bitLength() > MAX_EXPONENT_BITS) {
      throw new FormatException("expected an odd RSA exponent of 3 to 2147483647, got another");
    }
    return new RsaVerifyingKey(modulus, exponent);
  }

  @Override
  public List<SignatureScheme> schemes() {
    return List.of(SignatureScheme.SHA256);
  }

  /// Compares the whole encoded message, so that there is nothing to parse in it; its NULL
  /// parameter must be there.
  @Override
  public boolean accepts(SignatureScheme scheme, byte[] prepared, byte[] signature) {
    if (signature.length != size()) {
      return false;
    }
    var number = new BigInteger(1, signature);
    return number.compareTo(modulus) < 0
        && number.modPow(exponent, modulus).equals(new BigInteger(1, encodedMessage(prepared)));
  }

  private byte[] encodedMessage(byte[] digest) {
    var message = new byte[size()];
    Arrays.fill(message, (byte) 0xff);
    var info = digestInfo(digest);
    int at = message.length - info.length;
    System.arraycopy(info, 0, message, at, info.length);
    message[at - 1] = 0;
    message[0] = 0;
    message[1] = 1;
    return message;
  }

  /// The DER of the DigestInfo ([RFC 8017
  /// §9.2](https://www.rfc-editor.org/rfc/rfc8017#section-9.2)) of a SHA-256 hash.
  static byte[] digestInfo(byte[] digest) {
    var info = Arrays.copyOf(SHA256_DIGEST_INFO, SHA256_DIGEST_INFO.length + digest.length);
    System.arraycopy(digest, 0, info, SHA256_DIGEST_INFO.length, digest.length);
    return info;
  }

  private int size() {
    return (modulus.bitLength() + 7) / 8;
  }

  @Override
  public byte[] spki() {
    return DerWriter.sequence(
        DerWriter.sequence(DerWriter.objectIdentifier(Algorithm.RSA), DerWriter.ofNull()),
        DerWriter.bitString(
            DerWriter.sequence(DerWriter.integer(modulus), DerWriter.integer(exponent))));
  }
}
