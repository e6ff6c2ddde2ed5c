package dev.countersign.transparency;

import dev.countersign.format.Bytes;
import dev.countersign.key.PublicKey;

/// A signature as a log should have recorded it.
///
/// @param signed the bytes under the signature; for an envelope its pre-authentication encoding
/// @param payload what the signature is about: the same, or what lies in the envelope
public record LoggedSignature(Bytes signature, PublicKey key, Bytes signed, Bytes payload) {}
