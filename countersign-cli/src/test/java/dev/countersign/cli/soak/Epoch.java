package dev.countersign.cli.soak;

import dev.countersign.key.SoftwareKey;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/// What is mounted between two rotations: everything new.
///
/// @param number of the rotation
/// @param key that the policy `rotating` wants
/// @param server the service's own certificate
/// @param clients who vouches for clients now
/// @param nextClients who does after the next rotation: both are believed meanwhile
/// @param password of the registry
record Epoch(
    int number,
    SoftwareKey key,
    Identity server,
    FakeCa clients,
    FakeCa nextClients,
    String password) {
  static final String USER = "robot";

  static Epoch first(SoftwareKey key, FakeCa servers) {
    return new Epoch(
        0, key, servers.loopbackServer(), FakeCa.create(), FakeCa.create(), "password 0");
  }

  /// The one after this.
  Epoch next(SoftwareKey newKey, FakeCa servers) {
    int next = number + 1;
    return new Epoch(
        next, newKey, servers.loopbackServer(), nextClients, FakeCa.create(), "password " + next);
  }

  /// TLS as Gatekeeper speaks it now.
  SSLContext webhook(FakeCa servers) {
    return clients.client("gatekeeper").context(servers);
  }

  /// The files of the Secret.
  ///
  /// @param steady key that the policy `steady` always wants
  Map<String, String> files(SoftwareKey steady, String registry) {
    var files = new HashMap<String, String>();
    files.put("steady.pub", steady.publicKey().toPem());
    files.put("rotating.pub", key.publicKey().toPem());
    files.put("tls.crt", server.chainPem());
    files.put("tls.key", server.keyPem(KeyForm.PKCS8));
    files.put("ca.crt", clients.certificatePem() + nextClients.certificatePem());
    files.put("config.json", dockerConfig(registry));
    files.put("policy.yaml", policy());
    return files;
  }

  private String dockerConfig(String registry) {
    var pair = (USER + ':' + password).getBytes(StandardCharsets.UTF_8);
    return "{\"auths\":{\""
        + registry
        + "\":{\"auth\":\""
        + Base64.getEncoder().encodeToString(pair)
        + "\"}}}";
  }

  private String policy() {
    return """
    apiVersion: countersign.dev/v1
    kind: TrustPolicy
    # Rotation %d.
    authorities:
      - name: steady
        key: {file: steady.pub}
      - name: rotating
        key: {file: rotating.pub}
    policies:
      - name: default
        transparencyLog: ignored
        rules:
          - images: ["**"]
            anyOf: [steady]
      - name: rotating
        transparencyLog: ignored
        rules:
          - images: ["**"]
            anyOf: [rotating]
      - name: epoch-%d
        transparencyLog: ignored
        rules:
          - images: ["**"]
            allow: for this rotation
    """
        .formatted(number, number);
  }
}
