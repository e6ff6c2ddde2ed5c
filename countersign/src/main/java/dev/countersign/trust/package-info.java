/// Whom a verifier trusts besides the signers: certificate authorities, logs, timestamp
/// authorities.
package dev.countersign.trust;
