package dev.countersign.key;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;

/// The numbers of an RSA key of two primes, which belong together.
///
/// The JDK signs with them: it blinds the private operation and proves the result. It takes a hash
/// only under the name of a cipher, whose padding with a private key is that of a signature.
final class RsaSigningKey implements SigningKey {
  private static final int CERTAINTY = 64;

  private final RsaVerifyingKey verifyingKey;
  private final RSAPrivateCrtKeySpec numbers;

  private RsaSigningKey(RsaVerifyingKey verifyingKey, RSAPrivateCrtKeySpec numbers) {
    this.verifyingKey = verifyingKey;
    this.numbers = numbers;
  }

  /// Reads an RSAPrivateKey ([RFC 8017
  /// §A.1.2](https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2)) of 2048, 3072 or 4096 bits.
  static RsaSigningKey parsePkcs1(byte[] der) throws FormatException {
    var members = DerReader.ofSequence(der);
    if (members.unsignedInteger().signum() != 0) {
      throw new FormatException("expected an RSA private key of two primes, got another");
    }
    var verifyingKey = RsaVerifyingKey.of(members.unsignedInteger(), members.unsignedInteger());
    var numbers =
        new RSAPrivateCrtKeySpec(
            verifyingKey.modulus(),
            verifyingKey.exponent(),
            members.unsignedInteger(),
            members.unsignedInteger(),
            members.unsignedInteger(),
            members.unsignedInteger(),
            members.unsignedInteger(),
            members.unsignedInteger());
    members.expectEnd();
    return of(verifyingKey, numbers);
  }

  private static RsaSigningKey of(RsaVerifyingKey verifyingKey, RSAPrivateCrtKeySpec numbers)
      throws FormatException {
    int bits = verifyingKey.modulus().bitLength();
    if (bits != 2_048 && bits != 3_072 && bits != 4_096) {
      throw new FormatException(
          "expected an RSA private key of 2048, 3072 or 4096 bits, got " + bits);
    }
    if (!belongTogether(numbers)) {
      throw new FormatException("expected the numbers of one RSA key, got others");
    }
    return new RsaSigningKey(verifyingKey, numbers);
  }

  private static boolean belongTogether(RSAPrivateCrtKeySpec key) {
    var p = key.getPrimeP();
    var q = key.getPrimeQ();
    return p.multiply(q).equals(key.getModulus())
        && p.compareTo(BigInteger.ONE) > 0
        && q.compareTo(BigInteger.ONE) > 0
        && !p.equals(q)
        && invert(key.getPublicExponent(), key.getPrimeExponentP(), less(p))
        && invert(key.getPublicExponent(), key.getPrimeExponentQ(), less(q))
        && key.getPrimeExponentP().equals(key.getPrivateExponent().mod(less(p)))
        && key.getPrimeExponentQ().equals(key.getPrivateExponent().mod(less(q)))
        && key.getCrtCoefficient().compareTo(p) < 0
        && invert(key.getCrtCoefficient(), q, p)
        && p.isProbablePrime(CERTAINTY)
        && q.isProbablePrime(CERTAINTY);
  }

  private static boolean invert(BigInteger one, BigInteger other, BigInteger modulus) {
    return one.multiply(other).mod(modulus).equals(BigInteger.ONE);
  }

  private static BigInteger less(BigInteger prime) {
    return prime.subtract(BigInteger.ONE);
  }

  @Override
  public VerifyingKey verifyingKey() {
    return verifyingKey;
  }

  @Override
  public byte[] sign(byte[] prepared) {
    try {
      var signer = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      signer.init(Cipher.ENCRYPT_MODE, KeyFactory.getInstance("RSA").generatePrivate(numbers));
      return signer.doFinal(RsaVerifyingKey.digestInfo(prepared));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("a key whose numbers belong together signs", e);
    }
  }

  @Override
  public byte[] pkcs8() {
    var key =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ZERO),
            DerWriter.integer(numbers.getModulus()),
            DerWriter.integer(numbers.getPublicExponent()),
            DerWriter.integer(numbers.getPrivateExponent()),
            DerWriter.integer(numbers.getPrimeP()),
            DerWriter.integer(numbers.getPrimeQ()),
            DerWriter.integer(numbers.getPrimeExponentP()),
            DerWriter.integer(numbers.getPrimeExponentQ()),
            DerWriter.integer(numbers.getCrtCoefficient()));
    var pkcs8 =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ZERO),
            DerWriter.sequence(DerWriter.objectIdentifier(Algorithm.RSA), DerWriter.ofNull()),
            DerWriter.octetString(key));
    Arrays.fill(key, (byte) 0);
    return pkcs8;
  }
}
