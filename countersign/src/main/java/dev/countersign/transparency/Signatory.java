package dev.countersign.transparency;

import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PublicKey;

/// Who signed, as a log records it.
public sealed interface Signatory {
  /// One phrase for people.
  String text();

  /// The holder of a key.
  record ByKey(PublicKey key) implements Signatory {
    @Override
    public String text() {
      return "key, " + key.fingerprint();
    }
  }

  /// The holder of a certificate.
  ///
  /// @param certificate DER
  record ByCertificate(Bytes certificate) implements Signatory {
    @Override
    public String text() {
      return "certificate, SHA256:" + HashAlgorithm.SHA256.hexOf(certificate);
    }
  }
}
