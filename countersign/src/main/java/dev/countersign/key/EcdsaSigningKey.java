package dev.countersign.key;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.FormatException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/// A number from 1 to the curve's order - 1, and the point that it makes.
final class EcdsaSigningKey implements SigningKey {
  private static final int PARAMETERS = 0xa0;
  private static final int PUBLIC_KEY = 0xa1;

  private final BigInteger secret;
  private final EcdsaVerifyingKey verifyingKey;

  private EcdsaSigningKey(Curve curve, BigInteger secret) {
    var point = new FixedPointCombMultiplier().multiply(curve.domain().getG(), secret).normalize();
    this.secret = secret;
    this.verifyingKey = new EcdsaVerifyingKey(curve, point);
  }

  /// A key on P-256, drawn evenly: numbers outside the range are drawn again.
  static EcdsaSigningKey generate(SecureRandom random) {
    var curve = Curve.P256;
    var bytes = new byte[curve.size()];
    try {
      while (true) {
        random.nextBytes(bytes);
        var secret = new BigInteger(1, bytes);
        if (isInRange(curve, secret)) {
          return new EcdsaSigningKey(curve, secret);
        }
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /// Reads an ECPrivateKey ([RFC 5915](https://www.rfc-editor.org/rfc/rfc5915)) that names its
  /// curve.
  static EcdsaSigningKey parseSec1(byte[] der) throws FormatException {
    var peek = open(der);
    peek.content(DerReader.OCTET_STRING);
    return parseSec1(der, parameters(peek));
  }

  /// Reads an ECPrivateKey on `curve`; where it names a curve or a point, they must be the same.
  static EcdsaSigningKey parseSec1(byte[] der, Curve curve) throws FormatException {
    var members = open(der);
    var octets = members.content(DerReader.OCTET_STRING);
    var secret = new BigInteger(1, octets);
    int size = octets.length;
    Arrays.fill(octets, (byte) 0);
    if (size != curve.size() || !isInRange(curve, secret)) {
      throw new FormatException("expected a private key of " + curve + ", got another number");
    }
    if (members.has(PARAMETERS) && parameters(members) != curve) {
      throw new FormatException("expected " + curve + " inside the key too, got another curve");
    }
    var key = new EcdsaSigningKey(curve, secret);
    if (members.has(PUBLIC_KEY)) {
      key.expectPoint(members.inside(PUBLIC_KEY));
    }
    members.expectEnd();
    return key;
  }

  private static DerReader open(byte[] der) throws FormatException {
    var members = DerReader.ofSequence(der);
    if (!members.unsignedInteger().equals(BigInteger.ONE)) {
      throw new FormatException("expected an EC private key of version 1, got another");
    }
    return members;
  }

  private static Curve parameters(DerReader members) throws FormatException {
    var parameters = members.inside(PARAMETERS);
    var curve = Curve.parse(parameters);
    parameters.expectEnd();
    return curve;
  }

  private void expectPoint(DerReader publicKey) throws FormatException {
    var encoded = publicKey.bitString();
    publicKey.expectEnd();
    if (!Arrays.equals(encoded, verifyingKey.encoded())) {
      throw new FormatException("expected the public key of this private key, got another");
    }
  }

  private static boolean isInRange(Curve curve, BigInteger secret) {
    return secret.signum() > 0 && secret.compareTo(curve.order()) < 0;
  }

  @Override
  public VerifyingKey verifyingKey() {
    return verifyingKey;
  }

  @Override
  public byte[] sign(byte[] prepared) {
    var curve = verifyingKey.curve();
    var signer = new ECDSASigner(new HMacDSAKCalculator(hash(curve)));
    signer.init(true, new ECPrivateKeyParameters(secret, curve.domain()));
    var numbers = signer.generateSignature(prepared);
    return DerWriter.sequence(DerWriter.integer(numbers[0]), DerWriter.integer(numbers[1]));
  }

  private static Digest hash(Curve curve) {
    return switch (curve) {
      case P256 -> new SHA256Digest();
      case P384 -> new SHA384Digest();
      case P521 -> new SHA512Digest();
    };
  }

  /// As Go writes it: the inner key has the point and leaves out the curve.
  @Override
  public byte[] pkcs8() {
    var curve = verifyingKey.curve();
    var octets = octets(curve);
    var key =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ONE),
            DerWriter.octetString(octets),
            DerWriter.element(PUBLIC_KEY, DerWriter.bitString(verifyingKey.encoded())));
    var pkcs8 =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ZERO),
            DerWriter.sequence(DerWriter.objectIdentifier(Algorithm.EC), curve.toDer()),
            DerWriter.octetString(key));
    Arrays.fill(octets, (byte) 0);
    Arrays.fill(key, (byte) 0);
    return pkcs8;
  }

  private byte[] octets(Curve curve) {
    var number = secret.toByteArray();
    var octets = new byte[curve.size()];
    int length = Math.min(number.length, octets.length);
    System.arraycopy(number, number.length - length, octets, octets.length - length, length);
    Arrays.fill(number, (byte) 0);
    return octets;
  }
}
