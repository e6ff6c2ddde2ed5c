/// Keys: what verifies, what signs, and cosign's encrypted key file.
///
/// Everything is read from text and bytes that the caller brings; nothing here opens a file, asks
/// the network or draws randomness of its own. Keys are ECDSA on P-256, P-384 and P-521, RSA
/// (PKCS#1 v1.5) and Ed25519. Elliptic curves, scrypt and XSalsa20-Poly1305 are Bouncy Castle's
/// lightweight API, which verifies sooner after the start than the JDK's provider; no security
/// provider is registered.
package dev.countersign.key;
