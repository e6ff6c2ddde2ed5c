package dev.countersign.signature;

import dev.countersign.format.Bytes;
import dev.countersign.key.SignatureScheme;

/// A claim that a key has vouched for, and how.
///
/// @param signature the bytes by which it did
/// @param signed what they are a signature of; for an envelope its pre-authentication encoding
/// @param payload what the claim was read from
public record Opened<C extends Claim>(
    C claim, SignatureScheme scheme, Bytes signature, Bytes signed, Bytes payload) {}
