package dev.countersign.transparency;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.key.PublicKey;

/// A signature as a log should have recorded it.
///
/// @param signed the bytes under the signature; for an envelope its pre-authentication encoding
/// @param payload what the signature is about: the same, or what lies in the envelope
public record LoggedSignature(Bytes signature, Signatory signatory, Blob signed, Blob payload) {
  /// A signature by a key of bytes that are at hand.
  public LoggedSignature(Bytes signature, PublicKey key, Bytes signed, Bytes payload) {
    this(signature, new Signatory.ByKey(key), Blob.of(signed), Blob.of(payload));
  }

  /// A signature by a key of `message` and nothing around it.
  public LoggedSignature(Bytes signature, PublicKey key, Blob message) {
    this(signature, new Signatory.ByKey(key), message, message);
  }
}
