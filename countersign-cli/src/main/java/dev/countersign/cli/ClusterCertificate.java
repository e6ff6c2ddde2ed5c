package dev.countersign.cli;

import dev.countersign.cli.kubernetes.ApiException;
import dev.countersign.cli.kubernetes.KubernetesApi;
import dev.countersign.cli.kubernetes.ManifestYaml;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import dev.countersign.json.JsonObject;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts a service's new certificate into a cluster while the old one is still shown.
///
/// First the Providers come to trust the new authority beside the newest old one, then the Secret
/// gets the new pair, which reaches the Pods a minute later. Nothing between is a moment in which
/// Gatekeeper believes nobody.
record ClusterCertificate(KubernetesApi api, Deadline deadline, World world) {
  private static final String PROVIDERS = "/apis/externaldata.gatekeeper.sh/v1beta1/providers/";

  /// @throws Failure with advice, if the cluster refuses
  void put(ClusterService service, ServiceCertificate certificate)
      throws Failure, FormatException, IOException {
    try {
      putAll(service, certificate);
    } catch (ApiException e) {
      throw new Failure(String.valueOf(e.getMessage())).withHint(hint(e));
    }
  }

  private void putAll(ClusterService service, ServiceCertificate certificate)
      throws FormatException, IOException {
    var authorities = new ArrayList<>(List.of(certificate.authorityPem()));
    for (var provider : objects(service.providers(certificate.authorityPem()))) {
      newestAuthority(provider)
          .filter(old -> !authorities.contains(old))
          .ifPresent(authorities::add);
    }
    for (var provider : objects(service.providers(String.join("", authorities)))) {
      apply(PROVIDERS + name(provider), provider);
    }
    for (var secret : objects(service.secret(certificate))) {
      var namespace = secret.getObject("metadata").getString("namespace");
      apply("/api/v1/namespaces/" + namespace + "/secrets/" + name(secret), secret);
    }
  }

  /// The first certificate that the Provider in the cluster trusts; empty if there is no such
  /// Provider, or it trusts what is no certificate, as one fresh from a template does.
  private Optional<String> newestAuthority(JsonObject provider)
      throws FormatException, IOException {
    var there = api.find(PROVIDERS + name(provider), deadline);
    if (there.isEmpty()) {
      return Optional.empty();
    }
    var bundle = there.get().getObject("spec").findString("caBundle");
    try {
      return bundle.isEmpty()
          ? Optional.empty()
          : Optional.of(firstCertificate(Base64Text.decode(bundle.get()).toUtf8()));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private static String firstCertificate(String bundle) throws FormatException {
    var first = Pem.parseFirst(bundle);
    if (!first.label().equals("CERTIFICATE")) {
      throw new FormatException("expected a certificate, got " + first.label());
    }
    return first.toText();
  }

  private void apply(String path, JsonObject object) throws FormatException, IOException {
    api.apply(path, object, deadline);
    world.stderr().println("Applied: " + object.getString("kind") + ' ' + name(object));
  }

  private static String hint(ApiException refusal) {
    return refusal.isForbidden()
        ? "deploy/certs/rbac.yaml has all that this needs"
        : "nothing is kept, so run this again when it is mended; Gatekeeper and the namespace must"
            + " be there first";
  }

  private static List<JsonObject> objects(String yaml) throws FormatException {
    return ManifestYaml.parse(Bytes.utf8(yaml));
  }

  private static String name(JsonObject object) throws FormatException {
    return object.getObject("metadata").getString("name");
  }
}
