package dev.countersign.provider;

import dev.countersign.access.Certificates;
import dev.countersign.access.TlsKeyPair;
import dev.countersign.registry.PlainHttp;
import dev.countersign.registry.TlsSource;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// How one registry is reached, as the policy file says; what is empty is as for all others.
///
/// Holds what the files held, so that two are equal while nothing changed.
///
/// @param authorities the only ones to believe, its token realm's and its stores' included
/// @param client what is shown to it
/// @param concurrency the most exchanges with it at the same time
public record RegistrySettings(
    Optional<List<X509Certificate>> authorities,
    Optional<TlsKeyPair> client,
    PlainHttp plainHttp,
    Optional<RegistryCredentials> credentials,
    Optional<Integer> concurrency) {

  /// Whom to believe and what to show.
  ///
  /// @param others what holds for all others
  TlsSource tls(Certificates others) {
    var trusting = authorities.map(Certificates::only).orElse(others);
    return client.map(trusting::withClient).orElse(trusting);
  }

  /// Whether TLS is as for all others.
  boolean hasUsualTls() {
    return authorities.isEmpty() && client.isEmpty();
  }
}
