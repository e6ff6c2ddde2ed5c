package dev.countersign.provider;

import java.nio.file.Path;

/// Whether clients of a TLS server must show a certificate.
public sealed interface ClientCertificates {
  /// Anybody may ask.
  record NotAsked() implements ClientCertificates {}

  /// Only who has a certificate for clients that one of the authorities in the PEM file `ca`
  /// vouches for; others get no answer, only TLS alerts.
  ///
  /// A certificate is looked at when a TLS session begins, not again when the session is resumed,
  /// which ends after a day.
  record RequiredFrom(Path ca) implements ClientCertificates {}
}
