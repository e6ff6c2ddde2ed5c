package dev.countersign.provider;

import dev.countersign.access.Certificates;
import dev.countersign.access.Environment;
import dev.countersign.access.TlsKeyPair;
import dev.countersign.registry.TlsSource;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// Whom to believe as a registry, and what to show to it. Holds what the files held, so that two
/// are equal while nothing changed.
///
/// @param authorities the only ones to believe, its token realm's and its stores' included; empty
///   for the usual ones
/// @param client what is shown; empty for nothing
public record RegistryTls(
    Optional<List<X509Certificate>> authorities, Optional<TlsKeyPair> client) {
  /// Nothing unusual.
  static final RegistryTls USUAL = new RegistryTls(Optional.empty(), Optional.empty());

  /// What this leaves open as in `other`.
  RegistryTls orElse(RegistryTls other) {
    return new RegistryTls(authorities.or(other::authorities), client.or(other::client));
  }

  /// What this leaves open as in `usual`, or as `environment` says where that cannot be half of
  /// another.
  TlsSource over(TlsSource usual, Environment environment) {
    var trusting =
        authorities
            .map(Certificates::only)
            .orElseGet(() ->
                usual instanceof Certificates certificates
                    ? certificates
                    : Certificates.system(environment));
    return client.map(trusting::withClient).orElse(trusting);
  }
}
