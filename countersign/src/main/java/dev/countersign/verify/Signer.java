package dev.countersign.verify;

import dev.countersign.certificate.Certificate;
import dev.countersign.certificate.Identity;
import dev.countersign.key.PublicKey;

/// Who signed, as it was proven.
public sealed interface Signer {
  /// The holder of a key that was known before.
  record KeyHolder(PublicKey key) implements Signer {}

  /// The holder of a certificate at the time of the signature.
  record CertificateHolder(Certificate certificate, Identity identity) implements Signer {}
}
