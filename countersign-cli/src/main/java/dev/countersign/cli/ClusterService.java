package dev.countersign.cli;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The Service of the provider, and the objects by which Gatekeeper trusts it.
final class ClusterService {
  private static final int PORT = 8090;

  /// Of a Service ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.1)).
  private static final Pattern LABEL = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");

  /// Of a namespace, which may start with a digit.
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private final String name;
  private final String namespace;
  private final List<Gate> gates;

  private ClusterService(String name, String namespace, List<Gate> gates) {
    this.name = name;
    this.namespace = namespace;
    this.gates = List.copyOf(gates);
  }

  /// What Gatekeeper asks under one name.
  private record Gate(String provider, String path) {}

  /// A service that is asked to verify, and to pin digests.
  static ClusterService of(String name, String namespace) throws Failure {
    require(LABEL, "--service of a-z, 0-9 and -, starting with a letter, at most 63", name);
    require(NAMESPACE, "--namespace of a-z, 0-9 and -, at most 63", namespace);
    return new ClusterService(
        name,
        namespace,
        List.of(new Gate(name, "/v1/verify"), new Gate(name + "-mutate", "/v1/mutate")));
  }

  /// The same, asked at this path only.
  ClusterService askedAt(String path) {
    return new ClusterService(name, namespace, List.of(new Gate(name, path)));
  }

  /// All names by which others in the cluster reach it.
  List<String> names() {
    var inNamespace = name + '.' + namespace;
    return List.of(name, inNamespace, host(), host() + ".cluster.local");
  }

  /// The Secret that the provider's Pods mount.
  String secret(ServiceCertificate certificate) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: %s-tls
      namespace: %s
    type: kubernetes.io/tls
    data:
      tls.crt: %s
      tls.key: %s
    """
        .formatted(
            name, namespace, base64(certificate.certificatePem()), base64(certificate.keyPem()));
  }

  /// The Providers, which trust these authorities and nobody else.
  ///
  /// @param authorities certificates in PEM
  String providers(String authorities) {
    var texts = new ArrayList<String>();
    for (var gate : gates) {
      texts.add(
          """
          apiVersion: externaldata.gatekeeper.sh/v1beta1
          kind: Provider
          metadata:
            name: %s
          spec:
            url: https://%s:%d%s
            # Whole seconds. A webhook that is late admits, and the mutating one waits 1 s.
            timeout: 1
            caBundle: %s
          """
              .formatted(gate.provider(), host(), PORT, gate.path(), base64(authorities)));
    }
    return String.join("---\n", texts);
  }

  private String host() {
    return name + '.' + namespace + ".svc";
  }

  private static void require(Pattern pattern, String wanted, String value) throws Failure {
    if (!pattern.matcher(value).matches()) {
      throw new Failure("expected " + wanted + ", got " + OneLine.of(value));
    }
  }

  private static String base64(String text) {
    return Base64Text.encode(Bytes.utf8(text));
  }
}
