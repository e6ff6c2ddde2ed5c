package dev.countersign.signature;

import dev.countersign.format.Bytes;
import dev.countersign.key.SignatureScheme;

/// A claim that a key has vouched for, and how.
///
/// @param signature the bytes by which it did
public record Opened<C extends Claim>(C claim, SignatureScheme scheme, Bytes signature) {}
