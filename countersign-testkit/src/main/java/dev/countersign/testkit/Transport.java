package dev.countersign.testkit;

import javax.net.ssl.SSLContext;

/// What a registry speaks on its port.
public sealed interface Transport {
  record PlainHttp() implements Transport {}

  /// TLS with the server's key and, when it asks for client certificates, its trust in `context`.
  record Https(SSLContext context, ClientCertificate clientCertificate) implements Transport {}

  /// Whether clients must show a certificate.
  enum ClientCertificate {
    NOT_ASKED,
    REQUIRED
  }
}
