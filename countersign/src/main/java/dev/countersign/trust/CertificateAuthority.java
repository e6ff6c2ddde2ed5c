package dev.countersign.trust;

import dev.countersign.certificate.Certificate;
import java.util.List;

/// One whose certificates count: that issues them to signers, or that signs timestamps.
///
/// @param uri where it is; may be empty
/// @param chain each issued by the next, the root last; of a timestamp authority the one that signs
///   may come first
/// @param validity when its word counts
public record CertificateAuthority(String uri, List<Certificate> chain, Validity validity) {
  /// @throws IllegalArgumentException without a certificate
  public CertificateAuthority {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("an authority has a certificate");
    }
  }

  /// The certificate that everything below is believed for.
  public Certificate root() {
    return chain.getLast();
  }

  /// Those between the root and what the authority issues.
  public List<Certificate> intermediates() {
    return chain.subList(0, chain.size() - 1).stream().filter(Certificate::isAuthority).toList();
  }
}
