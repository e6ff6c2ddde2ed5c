package dev.countersign.provider;

import dev.countersign.access.Certificates;
import dev.countersign.access.TlsKeyPair;
import dev.countersign.format.FormatException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What the files of a TLS server hold.
///
/// @param clients who may ask; empty if anybody may
record TlsMaterial(TlsKeyPair pair, Optional<Clients> clients) {
  /// Who may ask.
  ///
  /// @param authorities one of which must vouch for a client
  /// @param names one of which it must have, in lower case; if there are none, any will do
  record Clients(List<X509Certificate> authorities, Set<String> names) {}

  /// @throws IOException if a file cannot be read
  /// @throws FormatException if one holds something else than it should
  static TlsMaterial load(TlsFiles files) throws IOException, FormatException {
    var pair = TlsKeyPair.read(files.certificate(), files.key());
    return switch (files.clients()) {
      case ClientCertificates.NotAsked _ -> new TlsMaterial(pair, Optional.empty());
      case ClientCertificates.RequiredFrom(var ca, var names) ->
          new TlsMaterial(
              pair, Optional.of(new Clients(Certificates.authorities(ca), lowerCase(names))));
    };
  }

  private static Set<String> lowerCase(Set<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }
}
