package dev.countersign.key;

import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.List;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A point of the prime-order subgroup of Ed25519's curve.
///
/// @param point 32 bytes
record Ed25519VerifyingKey(Bytes point) implements VerifyingKey {
  private static final byte[] NO_CONTEXT = {};

  /// Reads the 32 bytes of a point ([RFC 8032
  /// §5.1.2](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.2)); points of small order, under
  /// which anybody can sign, are refused.
  static Ed25519VerifyingKey parse(byte[] point) throws FormatException {
    if (point.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyFull(point, 0)) {
      throw new FormatException("expected an Ed25519 point, got " + point.length + " other bytes");
    }
    return new Ed25519VerifyingKey(Bytes.copyOf(point));
  }

  @Override
  public List<SignatureScheme> schemes() {
    return List.of(SignatureScheme.ED25519, SignatureScheme.ED25519PH);
  }

  @Override
  public boolean accepts(SignatureScheme scheme, byte[] prepared, byte[] signature) {
    if (signature.length != Ed25519.SIGNATURE_SIZE) {
      return false;
    }
    var key = point.toArray();
    return scheme == SignatureScheme.ED25519PH
        ? Ed25519.verifyPrehash(signature, 0, key, 0, NO_CONTEXT, prepared, 0)
        : Ed25519.verify(signature, 0, key, 0, prepared, 0, prepared.length);
  }

  @Override
  public byte[] spki() {
    return DerWriter.sequence(
        DerWriter.sequence(DerWriter.objectIdentifier(Algorithm.ED25519)),
        DerWriter.bitString(point.toArray()));
  }
}
