package dev.countersign.key;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.Pem;
import java.util.List;
import java.util.Optional;

/// A public key: ECDSA on P-256, P-384 or P-521, RSA of 2048 to 16384 bits, or Ed25519.
///
/// Two keys are equal when their SubjectPublicKeyInfo is. Immutable.
public final class PublicKey {
  private static final int MAX_CHARACTERS = 65_536;
  private static final String SPKI = "PUBLIC KEY";
  private static final String PKCS1 = "RSA PUBLIC KEY";

  private final VerifyingKey key;
  private final Bytes spki;

  PublicKey(VerifyingKey key) {
    this.key = key;
    this.spki = Bytes.copyOf(key.spki());
  }

  /// Reads the first PEM block of `text`: `PUBLIC KEY` (SubjectPublicKeyInfo) or `RSA PUBLIC KEY`
  /// (PKCS#1).
  ///
  /// @throws FormatException for anything else; a private key or a certificate is named as such
  public static PublicKey parsePem(String text) throws FormatException {
    if (text.length() > MAX_CHARACTERS) {
      throw new FormatException("expected a public key, got " + text.length() + " characters");
    }
    var block = Pem.parseFirst(text);
    var label = block.label();
    if (label.equals(SPKI)) {
      return parseDer(block.content());
    }
    if (label.equals(PKCS1)) {
      return new PublicKey(RsaVerifyingKey.parsePkcs1(block.content().toArray()));
    }
    if (label.endsWith("PRIVATE KEY")) {
      throw new FormatException(
          "expected a public key, got a private key (" + label + "); use its .pub file");
    }
    throw new FormatException("expected a PEM block PUBLIC KEY, got " + label);
  }

  /// Reads a DER SubjectPublicKeyInfo. The point must be uncompressed, the curve named, and nothing
  /// may follow.
  ///
  /// @throws FormatException for anything else
  public static PublicKey parseDer(Bytes spki) throws FormatException {
    if (spki.size() > MAX_CHARACTERS) {
      throw new FormatException("expected a public key, got " + spki.size() + " bytes");
    }
    return new PublicKey(Algorithm.parseSpki(spki.toArray()));
  }

  /// The DER SubjectPublicKeyInfo.
  public Bytes spki() {
    return spki;
  }

  /// The key as a PEM block `PUBLIC KEY`.
  public String toPem() {
    return new Pem(SPKI, spki).toText();
  }

  /// What names the key to people: `SHA256:` and [#hint].
  public String fingerprint() {
    return "SHA256:" + hint();
  }

  /// What names the key in a sigstore bundle: the SHA-256 of the SubjectPublicKeyInfo in padded
  /// base64. A bundle's hint is not signed: it may choose which key to try, never prove anything.
  public String hint() {
    return Base64Text.encode(HashAlgorithm.SHA256.of(spki));
  }

  /// The scheme that [PrivateKey#sign] uses for keys of this kind.
  public SignatureScheme scheme() {
    return key.schemes().getFirst();
  }

  /// The schemes that [#verify] tries, [#scheme] first.
  public List<SignatureScheme> schemes() {
    return key.schemes();
  }

  /// The scheme by which `signature` proves that this key signed `message`; empty if it proves
  /// nothing, whatever the bytes are.
  ///
  /// Tried are: P-256 and RSA (PKCS#1 v1.5) with SHA-256; P-384 with SHA-384, P-521 with SHA-512,
  /// and both with SHA-256, which cosign up to 2.5 used; Ed25519 pure and Ed25519ph, which cosign 3
  /// signs with. ECDSA signatures are strict DER, without cosign's fall-back to `r||s`; `s` may be
  /// in the upper half of the order, since Go's signers, cosign's among them, make such ones.
  public Optional<SignatureScheme> verify(Bytes message, Bytes signature) {
    return verify(Blob.of(message), signature);
  }

  /// As above; a scheme that needs more of `message` than it holds proves nothing.
  public Optional<SignatureScheme> verify(Blob message, Bytes signature) {
    var bytes = signature.toArray();
    for (var scheme : key.schemes()) {
      var prepared = scheme.prepare(message);
      if (prepared.isPresent() && key.accepts(scheme, prepared.get(), bytes)) {
        return Optional.of(scheme);
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && spki.equals(that.spki);
  }

  @Override
  public int hashCode() {
    return spki.hashCode();
  }

  /// The fingerprint.
  @Override
  public String toString() {
    return fingerprint();
  }
}
