package dev.countersign.cli.kubernetes;

import dev.countersign.access.Certificates;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Reads what `doctor` looks at; changes nothing.
public final class ClusterReader {
  private static final int HTTPS = 443;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KubernetesApi api;
  private final String namespace;
  private final String gatekeeper;
  private final Deadline deadline;
  private final List<Manifest> objects = new ArrayList<>();
  private final List<Cluster.Unreadable> unreadable = new ArrayList<>();

  /// @param namespace of the provider
  /// @param gatekeeper the namespace of Gatekeeper
  public ClusterReader(KubernetesApi api, String namespace, String gatekeeper, Deadline deadline) {
    this.api = api;
    this.namespace = namespace;
    this.gatekeeper = gatekeeper;
    this.deadline = deadline;
  }

  /// The cluster as it is now.
  ///
  /// @throws IOException if it cannot be reached
  public Cluster.Live read() throws IOException, FormatException {
    var ahead = clockAhead();
    list("externaldata.gatekeeper.sh/v1beta1", "Provider", "providers");
    list("templates.gatekeeper.sh/v1", "ConstraintTemplate", "constrainttemplates");
    list("constraints.gatekeeper.sh/v1beta1", AdmissionChecks.KIND, "k8scountersignimages");
    list("mutations.gatekeeper.sh/v1", "Assign", "assign");
    var webhooks = "admissionregistration.k8s.io/v1";
    list(webhooks, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations");
    list(webhooks, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations");
    list("apps/v1", "Deployment", "namespaces/" + gatekeeper + "/deployments");
    list("apps/v1", "Deployment", "namespaces/" + namespace + "/deployments");
    readCertificates();
    return new Cluster.Live(objects, Instant.now(), unreadable, handshakes(), ahead);
  }

  private Duration clockAhead() throws IOException {
    var before = Instant.now();
    return api.time(deadline).map(time -> Duration.between(before, time)).orElse(Duration.ZERO);
  }

  /// A resource that the server does not know has no objects.
  private void list(String version, String kind, String path) throws IOException {
    try {
      var list = api.find("/apis/" + version + '/' + path + "?limit=1000", deadline);
      for (var item : list.isEmpty() ? List.<JsonValue>of() : list.get().getArray("items")) {
        objects.add(
            new Manifest(
                "the cluster",
                item.asObject("an object").with("apiVersion", version).with("kind", kind)));
      }
    } catch (ApiException e) {
      unreadable.add(unreadable(kind, e));
    } catch (FormatException e) {
      unreadable.add(new Cluster.Unreadable(kind, "its list: " + e.problem()));
    }
  }

  /// @throws ApiException if nothing else can be asked for either
  private static Cluster.Unreadable unreadable(String kind, ApiException e) throws ApiException {
    if (!e.isAnswered()) {
      throw e;
    }
    return new Cluster.Unreadable(kind, String.valueOf(e.getMessage()));
  }

  /// The certificates that Providers' Pods show. Of these Secrets nothing else is kept.
  private void readCertificates() throws IOException, FormatException {
    for (var provider : objects.stream().filter(one -> one.kind().equals("Provider")).toList()) {
      var host = ProviderChecks.uri(provider).map(uri -> uri.getHost().split("\\.", -1)[0]);
      if (host.isPresent() && objects.stream().noneMatch(isSecret(host.get() + "-tls"))) {
        readCertificate(host.get() + "-tls");
      }
    }
  }

  private static Predicate<Manifest> isSecret(String name) {
    return one -> one.kind().equals("Secret") && one.name().equals(name);
  }

  private void readCertificate(String name) throws IOException, FormatException {
    try {
      var path = "/api/v1/namespaces/" + namespace + "/secrets/" + name;
      var secret = api.find(path, deadline);
      if (secret.isPresent()) {
        var certificate =
            Members.object(secret.get(), "data").flatMap(data -> Members.text(data, "tls.crt"));
        var metadata = JsonObject.empty().with("name", name).with("namespace", namespace);
        objects.add(
            new Manifest(
                "the cluster",
                JsonObject.empty()
                    .with("apiVersion", "v1")
                    .with("kind", "Secret")
                    .with("metadata", metadata)
                    .with("data", JsonObject.empty().with("tls.crt", certificate.orElse("")))));
      }
    } catch (ApiException e) {
      unreadable.add(unreadable("Secret", e));
    }
  }

  /// Only inside the cluster its names are known; elsewhere nothing is tried.
  private List<Cluster.Handshake> handshakes() {
    var handshakes = new ArrayList<Cluster.Handshake>();
    for (var provider :
        new ProviderChecks(new Cluster.Part(objects, Instant.now()), new ArrayList<>()).ours()) {
      try {
        shakeHands(provider);
        handshakes.add(new Cluster.Handshake(provider.name(), Optional.empty()));
      } catch (UnknownHostException e) {
        // Not a name out here.
      } catch (FormatException e) {
        // Its caBundle is a finding of its own.
      } catch (IOException | GeneralSecurityException e) {
        var why = OneLine.of(ProviderChecks.url(provider) + ": " + e.getMessage());
        handshakes.add(new Cluster.Handshake(provider.name(), Optional.of(why)));
      }
    }
    return handshakes;
  }

  private static void shakeHands(Manifest provider)
      throws IOException, FormatException, GeneralSecurityException {
    var uri =
        ProviderChecks.uri(provider)
            .orElseThrow(() -> new FormatException("expected a URL, got another text"));
    var tls = SSLContext.getInstance("TLSv1.3");
    tls.init(null, Certificates.trustOnly(ProviderChecks.authorities(provider)), null);
    int port = uri.getPort() < 0 ? HTTPS : uri.getPort();
    try (var plain = new Socket()) {
      var address = new InetSocketAddress(uri.getHost(), port);
      if (address.isUnresolved()) {
        throw new UnknownHostException(uri.getHost());
      }
      plain.connect(address, (int) PATIENCE.toMillis());
      plain.setSoTimeout((int) PATIENCE.toMillis());
      var socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, uri.getHost(), port, true);
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    }
  }
}
