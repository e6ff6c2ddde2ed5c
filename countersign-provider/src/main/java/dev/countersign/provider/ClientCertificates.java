package dev.countersign.provider;

import java.nio.file.Path;
import java.util.Set;

/// Whether clients of a TLS server must show a certificate.
public sealed interface ClientCertificates {
  /// Anybody may ask.
  record NotAsked() implements ClientCertificates {}

  /// Only who has a certificate for clients that one of the authorities in the PEM file `ca`
  /// vouches for; others get no answer, only TLS alerts.
  ///
  /// A certificate is looked at when a TLS session begins, not again when the session is resumed,
  /// which ends after a day.
  ///
  /// @param names one of which the certificate must have; if there are none, any will do
  record RequiredFrom(Path ca, Set<String> names) implements ClientCertificates {
    public RequiredFrom {
      names = Set.copyOf(names);
    }

    /// Whatever its name.
    public RequiredFrom(Path ca) {
      this(ca, Set.of());
    }
  }
}
