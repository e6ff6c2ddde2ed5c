package dev.countersign.key;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.FormatException;
import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/// A point on a named curve, other than infinity.
record EcdsaVerifyingKey(Curve curve, ECPoint point) implements VerifyingKey {
  private static final int UNCOMPRESSED = 0x04;

  /// Reads an uncompressed point ([SEC 1 §2.3.3](https://www.secg.org/sec1-v2.pdf)).
  static EcdsaVerifyingKey parse(Curve curve, byte[] encoded) throws FormatException {
    if (encoded.length != 1 + 2 * curve.size() || encoded[0] != UNCOMPRESSED) {
      throw new FormatException(
          "expected an uncompressed point on " + curve + ", got " + encoded.length + " bytes");
    }
    try {
      return new EcdsaVerifyingKey(curve, curve.domain().getCurve().decodePoint(encoded));
    } catch (IllegalArgumentException e) {
      throw new FormatException("expected a point on " + curve + ", got another", e);
    }
  }

  @Override
  public List<SignatureScheme> schemes() {
    return curve == Curve.P256
        ? List.of(SignatureScheme.SHA256)
        : List.of(curve.scheme(), SignatureScheme.SHA256);
  }

  @Override
  public boolean accepts(SignatureScheme scheme, byte[] prepared, byte[] signature) {
    try {
      var numbers = DerReader.ofSequence(signature);
      var r = numbers.unsignedInteger();
      var s = numbers.unsignedInteger();
      numbers.expectEnd();
      return accepts(prepared, r, s);
    } catch (FormatException e) {
      return false;
    }
  }

  /// [SEC 1 §4.1.4](https://www.secg.org/sec1-v2.pdf). Written out because Bouncy Castle's signer
  /// makes a registry of parameters and a random source first, which is most of its time in a
  /// command that verifies once; points and fields stay Bouncy Castle's.
  private boolean accepts(byte[] digest, BigInteger r, BigInteger s) {
    var n = curve.order();
    if (r.signum() == 0 || s.signum() == 0 || r.compareTo(n) >= 0 || s.compareTo(n) >= 0) {
      return false;
    }
    var inverse = s.modInverse(n);
    var u1 = new BigInteger(1, digest).multiply(inverse).mod(n);
    var u2 = r.multiply(inverse).mod(n);
    var sum = ECAlgorithms.sumOfTwoMultiplies(curve.domain().getG(), u1, point, u2);
    return !sum.isInfinity() && affineX(sum).mod(n).equals(r);
  }

  /// The first coordinate of a point in Jacobian coordinates; Bouncy Castle's `normalize` would
  /// blind it, though nothing here is secret.
  private static BigInteger affineX(ECPoint point) {
    return point.getRawXCoord().divide(point.getZCoord(0).square()).toBigInteger();
  }

  @Override
  public byte[] spki() {
    return DerWriter.sequence(
        DerWriter.sequence(DerWriter.objectIdentifier(Algorithm.EC), curve.toDer()),
        DerWriter.bitString(encoded()));
  }

  /// The uncompressed point.
  byte[] encoded() {
    return point.getEncoded(false);
  }
}
