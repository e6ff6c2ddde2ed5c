package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the files in `deploy` say, before any server reads them.
class DeployedObjectsTest {
  private static final Pattern LABEL_VALUE =
      Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");

  static List<Manifest> shipped() {
    return Manifest.below(Manifest.DEPLOY, ".yaml").stream()
        // Where kustomize finds images: its own form, of no kind.
        .filter(manifest -> manifest.at("kind").isPresent())
        .toList();
  }

  static List<Manifest> examples() {
    return Manifest.below(Manifest.DEPLOY, ".yaml.example");
  }

  static List<Manifest> all() {
    return Stream.concat(shipped().stream(), examples().stream()).toList();
  }

  static List<Manifest> deployments() {
    return ofKind("Deployment").toList();
  }

  static List<Manifest> tasks() {
    return Stream.concat(ofKind("Task"), ofKind("ClusterTask")).toList();
  }

  static List<Manifest> providers() {
    return ofKind("Provider").toList();
  }

  private static Stream<Manifest> ofKind(String kind) {
    return shipped().stream().filter(manifest -> manifest.kind().equals(kind));
  }

  private static Manifest only(String kind, String name) {
    var found = ofKind(kind).filter(manifest -> manifest.name().equals(name)).toList();
    assertEquals(1, found.size(), kind + " " + name);
    return found.getFirst();
  }

  @ParameterizedTest
  @MethodSource("all")
  void saysWhatItIs(Manifest manifest) {
    assertFalse(manifest.apiVersion().isBlank());
    assertFalse(manifest.kind().isBlank());
    if (manifest.isObject()) {
      assertFalse(manifest.name().isBlank());
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void runsWithoutPrivileges(Manifest deployment) {
    var pod = deployment.podSpec().orElseThrow();

    assertEquals("true", pod.text("securityContext", "runAsNonRoot"));
    assertEquals("65532", pod.text("securityContext", "runAsUser"));
    assertEquals("65532", pod.text("securityContext", "fsGroup"));
    assertEquals("RuntimeDefault", pod.text("securityContext", "seccompProfile", "type"));
    assertEquals("false", pod.text("automountServiceAccountToken"));
    for (var forbidden : List.of("hostNetwork", "hostPID", "hostIPC")) {
      assertTrue(pod.at(forbidden).isEmpty(), forbidden);
    }
    for (var container : pod.list("containers")) {
      assertRestricted(container);
      assertEquals("true", container.text("securityContext", "readOnlyRootFilesystem"));
    }
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void signsWithoutPrivileges(Manifest task) {
    for (var step : task.list("spec", "steps")) {
      assertRestricted(step);
      assertEquals("true", step.text("securityContext", "runAsNonRoot"));
    }
  }

  private static void assertRestricted(Manifest container) {
    assertEquals("false", container.text("securityContext", "allowPrivilegeEscalation"));
    assertEquals("[ALL]", container.text("securityContext", "capabilities", "drop"));
    assertTrue(container.at("securityContext", "capabilities", "add").isEmpty());
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void isAskedForItsHealth(Manifest deployment) {
    for (var container : deployment.podSpec().orElseThrow().list("containers")) {
      var ports =
          container.list("ports").stream()
              .filter(port -> port.at("name").equals(Optional.of("admin")))
              .map(port -> port.text("containerPort"))
              .toList();
      assertEquals(List.of("9090"), ports);
      for (var probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
        assertEquals("admin", container.text(probe, "httpGet", "port"));
        var path = probe.equals("readinessProbe") ? "/readyz" : "/healthz";
        assertEquals(path, container.text(probe, "httpGet", "path"));
      }
      assertTrue(container.at("resources", "limits", "memory").isPresent());
      assertTrue(
          container.at("resources", "limits", "cpu").isEmpty(), "throttling costs deadlines");
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void mountsSecretsThatTheKubeletRefreshes(Manifest deployment) {
    var pod = deployment.podSpec().orElseThrow();
    var volumes = pod.list("volumes").stream().map(v -> v.text("name")).collect(Collectors.toSet());

    for (var mount : pod.list("containers").getFirst().list("volumeMounts")) {
      assertTrue(mount.at("subPath").isEmpty(), mount.text("mountPath"));
      assertTrue(volumes.contains(mount.text("name")), mount.text("name"));
    }
    for (var volume : pod.list("volumes")) {
      volume.at("secret", "defaultMode").ifPresent(mode -> assertEquals(0440, mode));
    }
  }

  @Test
  void keepsTheNamesOfTheContract() {
    assertEquals("v1", only("Namespace", "countersign").apiVersion());
    assertEquals("countersign", only("Service", "countersign").text("metadata", "namespace"));
    var deployment = only("Deployment", "countersign");
    assertEquals("countersign", deployment.text("metadata", "namespace"));
    assertEquals(
        "[serve, --tls-cert, /tls/tls.crt, --tls-key, /tls/tls.key, --key, /keys/cosign.pub]",
        deployment.podSpec().orElseThrow().list("containers").getFirst().text("args"));
    assertEquals("tekton.dev/v1", only("Task", "cosign").apiVersion());
    assertEquals("tekton.dev/v1beta1", only("ClusterTask", "cosign").apiVersion());
    only("K8sExternalDataCosign", "cosign-gatekeeper-provider");
    only("ConstraintTemplate", "k8sexternaldatacosign");
    var secrets = examples().stream().map(Manifest::name).collect(Collectors.toSet());
    assertTrue(
        secrets.containsAll(
            Set.of("cosign-public-key", "registry-secret", "cosign-keys", "cosign-key-password")));
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void isReachedByItsServices(Manifest deployment) {
    var labels = deployment.at("spec", "template", "metadata", "labels");
    assertEquals(labels, deployment.at("spec", "selector", "matchLabels"));
    var service = only("Service", deployment.name());
    assertEquals(labels, service.at("spec", "selector"));
    assertEquals("8090", service.list("spec", "ports").getFirst().text("port"));
    assertEquals(
        "restricted",
        only("Namespace", deployment.text("metadata", "namespace"))
            .text("metadata", "labels", "pod-security.kubernetes.io/enforce"));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void asksOverTlsAndNotForLong(Manifest provider) {
    assertEquals("externaldata.gatekeeper.sh/v1beta1", provider.apiVersion());
    assertTrue(provider.text("spec", "url").startsWith("https://"));
    assertEquals("1", provider.text("spec", "timeout"));
    assertFalse(provider.text("spec", "caBundle").isBlank());
    assertTrue(provider.at("metadata", "namespace").isEmpty(), "a Provider has no namespace");
  }

  @Test
  void asksTheSeedsService() {
    assertEquals(
        "https://cosign-gatekeeper-provider.cosign-gatekeeper-provider:8090/validate",
        only("Provider", "cosign-gatekeeper-provider").text("spec", "url"));
  }

  @Test
  void holdsNoSecrets() throws IOException {
    assertEquals(List.of(), ofKind("Secret").map(Manifest::toString).toList());
    for (var example : examples()) {
      var values = (Map<?, ?>) example.at("stringData").orElseThrow();
      values
          .values()
          .forEach(value -> assertTrue(value.toString().matches("[A-Z_]+"), example.name()));
    }
    try (var files = Files.walk(Manifest.DEPLOY)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertFalse(Files.readString(file).contains("PRIVATE KEY-----"), file.toString());
      }
    }
  }

  @Test
  void grantsNothingButToWhoMakesCertificates() {
    var granted =
        Stream.of("RoleBinding", "ClusterRoleBinding")
            .flatMap(DeployedObjectsTest::ofKind)
            .flatMap(binding -> binding.list("subjects").stream())
            .map(subject -> subject.text("kind") + " " + subject.text("name"))
            .collect(Collectors.toSet());

    assertEquals(Set.of("ServiceAccount countersign-certs"), granted);
    assertEquals(
        "false", only("ServiceAccount", "countersign").text("automountServiceAccountToken"));
  }

  @Test
  void demandsOwnersThatLabelsCanName() {
    var constraint = only("K8sRequiredLabels", "all-must-have-owner");
    var regex = constraint.list("spec", "parameters", "labels").getFirst().text("allowedRegex");
    var allowed = Pattern.compile(regex);

    for (var owner : List.of("platform.team", "name.surname", "owner")) {
      assertTrue(LABEL_VALUE.matcher(owner).matches() && allowed.matcher(owner).find(), owner);
    }
    for (var owner : List.of("", "name@mycompany.it", "name surname", ".name", "name.")) {
      assertFalse(allowed.matcher(owner).find(), owner);
    }
    var ours = only("Namespace", "cosign-gatekeeper-provider").text("metadata", "labels", "owner");
    assertTrue(allowed.matcher(ours).find(), ours);
  }

  @Test
  void signsWhatTheCallerNamesAndNothingElse() {
    var seeds = tasks().stream().filter(task -> task.name().equals("cosign")).toList();
    for (var task : seeds) {
      assertEquals(
          "[sign, --key, /etc/keys/cosign.key, --, $(params.image)]",
          task.list("spec", "steps").getFirst().text("args"));
    }
    assertEquals(seeds.getFirst().at("spec"), seeds.getLast().at("spec"), "one task, two versions");
  }
}
