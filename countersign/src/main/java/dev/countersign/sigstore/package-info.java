/// The services that vouch for signatures: certificates, transparency logs, timestamps; and how a
/// signer asks them. What they answer is checked here before anybody keeps it.
package dev.countersign.sigstore;
