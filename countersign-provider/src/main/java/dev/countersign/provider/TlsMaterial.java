package dev.countersign.provider;

import dev.countersign.access.Certificates;
import dev.countersign.access.TlsKeyPair;
import dev.countersign.format.FormatException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// What the files of a TLS server hold.
///
/// @param clients the authorities that clients must have a certificate of; empty if anybody may ask
record TlsMaterial(TlsKeyPair pair, Optional<List<X509Certificate>> clients) {
  /// @throws IOException if a file cannot be read
  /// @throws FormatException if one holds something else than it should
  static TlsMaterial load(TlsFiles files) throws IOException, FormatException {
    var pair = TlsKeyPair.read(files.certificate(), files.key());
    return switch (files.clients()) {
      case ClientCertificates.NotAsked _ -> new TlsMaterial(pair, Optional.empty());
      case ClientCertificates.RequiredFrom(var ca) ->
          new TlsMaterial(pair, Optional.of(Certificates.authorities(ca)));
    };
  }
}
