package dev.countersign.cli.kubernetes;

import dev.countersign.format.Base64Text;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether Gatekeeper can ask the provider and will believe it. Pure.
record ProviderChecks(Cluster cluster, List<Finding> findings) {
  private static final Set<String> PATHS = Set.of("/v1/verify", "/v1/mutate", "/validate");
  private static final Duration SOON = Duration.ofDays(30);

  void run() {
    if (cluster.lacks("Provider")) {
      find(Rule.PROVIDER_MISSING, "Provider countersign", "Gatekeeper knows no Provider");
    }
    ours().forEach(this::check);
    if (cluster instanceof Cluster.Live live) {
      for (var handshake : live.handshakes()) {
        handshake
            .problem()
            .ifPresent(
                why -> find(Rule.PROVIDER_UNREACHABLE, "Provider " + handshake.provider(), why));
      }
    }
  }

  /// The Providers that Countersign answers.
  List<Manifest> ours() {
    return cluster
        .all("Provider")
        .filter(
            provider -> PATHS.contains(path(provider)) || provider.name().startsWith("countersign"))
        .toList();
  }

  /// Whole seconds; 0 if none are set.
  static int timeout(Manifest provider) {
    return spec(provider).flatMap(spec -> Members.number(spec, "timeout")).orElse(0.0).intValue();
  }

  static boolean mutates(Manifest provider) {
    return path(provider).equals("/v1/mutate");
  }

  private void check(Manifest provider) {
    var url = url(provider);
    if (!url.startsWith("https://") || !PATHS.contains(path(provider))) {
      find(Rule.PROVIDER_URL, provider.toString(), "its url is \"" + url + '"');
    }
    if (timeout(provider) < 1) {
      find(
          Rule.PROVIDER_TIMEOUT,
          provider.toString(),
          "it has no timeout, so that older Gatekeepers give it no time at all");
    }
    try {
      checkAuthorities(provider, authorities(provider));
    } catch (FormatException e) {
      find(Rule.PROVIDER_CA_BUNDLE, provider.toString(), "caBundle: " + e.problem());
    }
  }

  private void checkAuthorities(Manifest provider, List<X509Certificate> authorities)
      throws FormatException {
    var now = cluster.now();
    var valid =
        authorities.stream()
            .filter(one ->
                one.getNotBefore().toInstant().isBefore(now)
                    && one.getNotAfter().toInstant().isAfter(now))
            .toList();
    if (valid.isEmpty()) {
      throw new FormatException("expected an authority that is valid now, got none");
    }
    var last =
        valid.stream()
            .map(one -> one.getNotAfter().toInstant())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    if (last.isBefore(now.plus(SOON))) {
      find(Rule.PROVIDER_CA_ENDS, provider.toString(), "its authority ends at " + last);
    }
    for (var secret : shownBy(provider)) {
      checkShown(provider, secret, valid);
    }
  }

  /// The Secrets that the Pods behind a Provider mount for TLS, as the kit names them.
  private List<Manifest> shownBy(Manifest provider) {
    var host = host(provider).split("\\.", -1);
    return cluster
        .all("Secret")
        .filter(secret -> secret.name().equals(host[0] + "-tls"))
        .filter(secret -> host.length > 1 && secret.namespace().filter(host[1]::equals).isPresent())
        .toList();
  }

  private void checkShown(Manifest provider, Manifest secret, List<X509Certificate> authorities) {
    try {
      var text = secret.at("data").flatMap(data -> Members.text(data, "tls.crt"));
      var shown = certificates(text.orElse("")).getFirst();
      var problem = "";
      if (authorities.stream().noneMatch(authority -> signed(authority, shown))) {
        problem = "no authority of the Provider's caBundle signed its tls.crt";
      } else if (shown.getNotAfter().toInstant().isBefore(cluster.now())) {
        problem = "its tls.crt ended at " + shown.getNotAfter().toInstant();
      } else if (!names(shown).contains(host(provider))) {
        problem = "its tls.crt is not for " + host(provider) + ", where the Provider asks";
      }
      if (!problem.isEmpty()) {
        find(Rule.PROVIDER_CERTIFICATE, secret.toString(), problem + " (" + provider + ')');
      }
    } catch (FormatException e) {
      find(Rule.PROVIDER_CERTIFICATE, secret.toString(), "tls.crt: " + e.problem());
    }
  }

  private static boolean signed(X509Certificate authority, X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static List<String> names(X509Certificate certificate) throws FormatException {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream().map(name -> String.valueOf(name.get(1))).toList();
    } catch (CertificateException e) {
      throw new FormatException("expected names in the certificate, got other bytes", e);
    }
  }

  /// What a Provider trusts.
  ///
  /// @throws FormatException if that is nothing, or no certificates
  static List<X509Certificate> authorities(Manifest provider) throws FormatException {
    return certificates(spec(provider).flatMap(spec -> Members.text(spec, "caBundle")).orElse(""));
  }

  private static List<X509Certificate> certificates(String base64) throws FormatException {
    if (base64.isEmpty()) {
      throw new FormatException("expected certificates in base64, got none");
    }
    var pem = Base64Text.decode(base64.replaceAll("\\s", ""));
    try {
      var found = new ArrayList<X509Certificate>();
      for (var one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem.toArray()))) {
        found.add((X509Certificate) one);
      }
      if (found.isEmpty()) {
        throw new FormatException("expected certificates in PEM, got none");
      }
      return found;
    } catch (CertificateException e) {
      throw new FormatException("expected certificates in PEM, got other bytes", e);
    }
  }

  static String url(Manifest provider) {
    return spec(provider).flatMap(spec -> Members.text(spec, "url")).orElse("");
  }

  private static String path(Manifest provider) {
    return uri(provider).map(URI::getPath).orElse("");
  }

  private static String host(Manifest provider) {
    return uri(provider).map(URI::getHost).orElse("");
  }

  static Optional<URI> uri(Manifest provider) {
    try {
      var uri = URI.create(url(provider));
      return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<JsonObject> spec(Manifest provider) {
    return provider.at("spec");
  }

  private void find(Rule rule, String subject, String what) {
    findings.add(new Finding(rule, subject, what));
  }
}
