package dev.countersign.cli.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.Environment;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which cluster the command means.
class KubeconfigTest {
  private static final String OF_CLUSTER =
      """
      current-context: one
      contexts:
      - {name: one, context: {cluster: first, user: me}}
      - {name: two, context: {cluster: second, user: me}}
      clusters:
      - {name: first, cluster: {server: "https://first.example:6443"}}
      - {name: second, cluster: {server: "https://second.example:6443"}}
      """;
  private static final String OF_USER = "users: [{name: me, user: {token: my-secret-token}}]\n";

  @TempDir Path folder;
  private final Map<String, String> variables = new HashMap<>();

  @Test
  void theCurrentContextDecides() throws IOException {
    write("config", OF_CLUSTER + OF_USER);
    variables.put("KUBECONFIG", "config");

    assertEquals("https://first.example:6443/ my-secret-token", meant());
  }

  @Test
  void severalFilesAreOneAndThoseThatAreNotThereNone() throws IOException {
    write("clusters", OF_CLUSTER);
    write("users", OF_USER);
    write("later", OF_CLUSTER.replace("current-context: one", "current-context: two"));
    variables.put("KUBECONFIG", "absent:clusters::users:later");

    assertEquals("https://first.example:6443/ my-secret-token", meant());
  }

  @Test
  void withoutAVariableTheHomeFolderIsAsked() throws IOException {
    Files.createDirectories(folder.resolve("home/.kube"));
    write("home/.kube/config", OF_CLUSTER + OF_USER);
    variables.put("HOME", folder.resolve("home").toString());

    assertEquals("https://first.example:6443/ my-secret-token", meant());
  }

  @Test
  void inAPodItsServiceAccountIsTaken() throws IOException {
    inPod();
    write("account/token", "pod-token\n");

    assertEquals("https://[fd00::1]:443/ pod-token", meant());
  }

  @Test
  void aKubeconfigWinsOverThePod() throws IOException {
    inPod();
    write("account/token", "pod-token");
    write("config", OF_CLUSTER + OF_USER);
    variables.put("KUBECONFIG", "config");

    assertEquals("https://first.example:6443/ my-secret-token", meant());
  }

  @Test
  void aPodWithoutATokenSaysSo() throws IOException {
    inPod();

    var problem = problem();

    assertTrue(problem.contains("automountServiceAccountToken"), problem);
  }

  @Test
  void withoutAnyOfThemThereIsNoCluster() {
    assertEquals(
        "expected a cluster by KUBECONFIG, ~/.kube/config or a Pod's service account, got none",
        problem());
  }

  @Test
  void noVariableTurnsOffTheCheckOfCertificates() throws IOException {
    write("config", OF_CLUSTER + OF_USER);
    variables.put("KUBECONFIG", "config");
    variables.put("KUBERNETES_TRUST_CERTIFICATES", "true");
    variables.put("KUBERNETES_MASTER", "https://evil.example");

    assertFalse(kubeconfig().load().isTrustCerts());
    assertEquals("https://first.example:6443/ my-secret-token", meant());
  }

  @Test
  void aProxyIsTakenFromTheEnvironment() throws IOException {
    write("config", OF_CLUSTER + OF_USER);
    variables.put("KUBECONFIG", "config");
    variables.put("https_proxy", "http://proxy.example:3128");

    assertEquals("http://proxy.example:3128", kubeconfig().load().getHttpsProxy());
  }

  @Test
  void whatIsNoKubeconfigIsNamedAndNotShown() throws IOException {
    write("config", "users: [{token: my-secret-token");
    variables.put("KUBECONFIG", "config");

    var problem = problem();

    assertTrue(problem.endsWith("config: expected a kubeconfig, got something else"), problem);
    assertFalse(problem.contains("my-secret-token"));
  }

  @Test
  void aKubeconfigWithoutAContextSaysSo() throws IOException {
    write("config", OF_USER);
    variables.put("KUBECONFIG", "config");

    assertTrue(problem().contains("expected a current-context"), problem());
  }

  @Test
  void aPluginThatFailsIsAFailure() throws IOException {
    write("config", OF_CLUSTER + "users: [{name: me, user: {exec: {command: /absent/plugin}}}]\n");
    variables.put("KUBECONFIG", "config");

    assertTrue(problem().contains("credentials"), problem());
  }

  @ParameterizedTest
  @EnumSource
  void aClientCertificateIsReadInEachForm(Identity.KeyForm form) throws Exception {
    var client = FakeCa.create().client("me");
    var entry =
        "users: [{name: me, user: {client-certificate-data: %s, client-key-data: %s}}]\n"
            .formatted(base64(client.chainPem()), base64(client.keyPem(form)));
    write("config", OF_CLUSTER + entry);
    variables.put("KUBECONFIG", "config");

    var pair = Kubeconfig.takeClientCertificate(kubeconfig().load()).orElseThrow();

    assertEquals(client.certificate(), pair.chain().getFirst());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void inPod() throws IOException {
    Files.createDirectories(folder.resolve("account"));
    variables.put("KUBERNETES_SERVICE_HOST", "fd00::1");
    variables.put("KUBERNETES_SERVICE_PORT", "443");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private Kubeconfig kubeconfig() {
    return new Kubeconfig(new Environment(variables), folder, folder.resolve("account"));
  }

  /// The address and the token.
  private String meant() throws IOException {
    var config = kubeconfig().load();
    var token =
        config.getOauthToken() == null ? config.getAutoOAuthToken() : config.getOauthToken();
    return config.getMasterUrl() + ' ' + token;
  }

  private String problem() {
    return String.valueOf(assertThrows(IOException.class, () -> kubeconfig().load()).getMessage());
  }
}
