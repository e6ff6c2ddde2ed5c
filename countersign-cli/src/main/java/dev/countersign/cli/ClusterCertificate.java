package dev.countersign.cli;

import dev.countersign.cli.kubernetes.ApiException;
import dev.countersign.cli.kubernetes.KubernetesApi;
import dev.countersign.cli.kubernetes.ManifestYaml;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import dev.countersign.json.JsonObject;
import dev.countersign.oci.Digest;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Puts a service's new certificate into a cluster while the old one is still shown.
///
/// First the Providers come to trust the new authority beside those whose certificates may still be
/// shown, then the Secret gets the new pair, which reaches the Pods a minute later. Nothing between
/// is a moment in which Gatekeeper believes nobody, wherever this ends, and however often: only
/// when the Secret is written, a mark at the Providers says that the authorities before may be
/// forgotten next time.
record ClusterCertificate(KubernetesApi api, Deadline deadline, World world) {
  private static final String PROVIDERS = "/apis/externaldata.gatekeeper.sh/v1beta1/providers/";

  /// Names the authority of the certificate that the Secret is known to hold.
  private static final String MARK = "countersign.dev/shown-authority";

  private static final int MOST_KEPT = 4;
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");

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
    var there = new ArrayList<There>();
    for (var provider : objects(service.providers(certificate.authorityPem()))) {
      there.add(there(PROVIDERS + name(provider)));
    }
    var authorities = new LinkedHashSet<>(Set.of(certificate.authorityPem()));
    there.forEach(provider -> authorities.addAll(provider.kept()));
    var providers = objects(service.providers(String.join("", authorities)));
    var trusting = new ArrayList<There>();
    for (int i = 0; i < providers.size(); i++) {
      trusting.add(trust(providers.get(i), there.get(i)));
      tell(providers.get(i));
    }
    for (var secret : objects(service.secret(certificate))) {
      var namespace = secret.getObject("metadata").getString("namespace");
      api.apply("/api/v1/namespaces/" + namespace + "/secrets/" + name(secret), secret, deadline);
      tell(secret);
    }
    for (int i = 0; i < providers.size(); i++) {
      trust(providers.get(i), trusting.get(i).marked(mark(certificate.authorityPem())));
    }
  }

  /// A Provider in the cluster.
  ///
  /// @param version its `resourceVersion`; empty if there is none
  /// @param kept authorities whose certificates may still be shown, the newest first
  /// @param mark that of the authority of the one that was shown last; empty if nobody knows
  private record There(Optional<String> version, List<String> kept, Optional<String> mark) {
    There marked(String newMark) {
      return new There(version, kept, Optional.of(newMark));
    }
  }

  private There there(String path) throws FormatException, IOException {
    var provider = api.find(path, deadline);
    return provider.isEmpty()
        ? new There(Optional.empty(), List.of(), Optional.empty())
        : there(provider.get());
  }

  private static There there(JsonObject provider) throws FormatException {
    var metadata = provider.getObject("metadata");
    var annotations = metadata.findObject("annotations").orElse(JsonObject.empty());
    var mark = annotations.findString(MARK);
    return new There(
        Optional.of(metadata.getString("resourceVersion")), kept(provider, mark), mark);
  }

  /// All down to the marked one, or to the last; of too many, the newest and the last.
  private static List<String> kept(JsonObject provider, Optional<String> mark)
      throws FormatException {
    var kept = new ArrayList<String>();
    for (var authority : authorities(provider)) {
      if (kept.size() == MOST_KEPT) {
        kept.removeLast();
      }
      kept.add(authority);
      if (mark.equals(Optional.of(mark(authority)))) {
        break;
      }
    }
    return kept;
  }

  /// What the Provider trusts; nothing if that is no certificate, as in one fresh from a template.
  private static List<String> authorities(JsonObject provider) throws FormatException {
    var bundle = provider.getObject("spec").findString("caBundle").orElse("");
    try {
      var authorities = new ArrayList<String>();
      for (var block : CERTIFICATE.matcher(Base64Text.decode(bundle).toUtf8()).results().toList()) {
        authorities.add(Pem.parseFirst(block.group()).toText());
      }
      return authorities;
    } catch (FormatException e) {
      return List.of();
    }
  }

  private static String mark(String authority) throws FormatException {
    return Digest.of(Pem.parseFirst(authority).content()).toString();
  }

  /// @throws ApiException if the Provider is no longer what it was `before`
  private There trust(JsonObject provider, There before) throws FormatException, IOException {
    var metadata = provider.getObject("metadata");
    if (before.version().isPresent()) {
      metadata = metadata.with("resourceVersion", before.version().get());
    }
    if (before.mark().isPresent()) {
      metadata = metadata.with("annotations", JsonObject.empty().with(MARK, before.mark().get()));
    }
    var path = PROVIDERS + name(provider);
    return there(api.apply(path, provider.with("metadata", metadata), deadline));
  }

  private void tell(JsonObject object) throws FormatException {
    world.stderr().println("Applied: " + object.getString("kind") + ' ' + name(object));
  }

  private static String hint(ApiException refusal) {
    return refusal.isForbidden()
        ? "deploy/certs/rbac.yaml has all that this needs"
        : refusal.advice()
            + "; the certificate before is still believed, and Gatekeeper and the namespace must be"
            + " there first";
  }

  private static List<JsonObject> objects(String yaml) throws FormatException {
    return ManifestYaml.parse(Bytes.utf8(yaml));
  }

  private static String name(JsonObject object) throws FormatException {
    return object.getObject("metadata").getString("name");
  }
}
