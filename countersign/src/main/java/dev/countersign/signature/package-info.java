/// Signatures as found: what was signed, kept shut until a key has vouched for it, and the evidence
/// that was gathered about an image.
///
/// Formats only, after cosign's [signature
/// spec](https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md); nothing here
/// judges.
package dev.countersign.signature;
