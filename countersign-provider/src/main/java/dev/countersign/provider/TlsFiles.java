package dev.countersign.provider;

import java.nio.file.Path;

/// The PEM files of a TLS server.
///
/// @param certificate its own certificate first, then those between it and the root
/// @param key its private key, unencrypted: PKCS#8, PKCS#1 or SEC 1; RSA or ECDSA
/// @param clients what clients must show
public record TlsFiles(Path certificate, Path key, ClientCertificates clients) {
  /// Those of a server that anybody may ask.
  public TlsFiles(Path certificate, Path key) {
    this(certificate, key, new ClientCertificates.NotAsked());
  }

  /// The same for other clients.
  public TlsFiles withClients(ClientCertificates newClients) {
    return new TlsFiles(certificate, key, newClients);
  }
}
