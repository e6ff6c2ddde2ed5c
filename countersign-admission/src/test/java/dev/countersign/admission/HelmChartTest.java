package dev.countersign.admission;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.marcnuri.helm.Helm;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.testkit.FakeCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the chart makes of its values: the same objects as kustomize, and a refusal of mistakes.
class HelmChartTest {
  private static final String CONSTRAINTS =
      """
      gatekeeper:
        constraints:
          - {name: signed-images-deny, action: deny, namespaces: [namespace-1]}
          - {name: signed-images-warn, action: warn, namespaces: [namespace-2]}
          - {name: signed-images-dryrun, action: dryrun, namespaces: [namespace-3]}
      """;

  @TempDir private Path home;

  @Test
  void makesWhatKustomizeMakes() throws IOException, InterruptedException {
    var kustomize = byName(KustomizeTest.render(Manifest.DEPLOY.resolve("base"), home).stream());
    kustomize.remove("Namespace/countersign"); // `--create-namespace` is Helm's way

    var helm = byName(HelmChart.render("", home).stream());

    assertEquals(kustomize.keySet(), helm.keySet());
    kustomize.forEach((name, object) -> assertEquals(object, helm.get(name), name));
  }

  @Test
  void makesTheCertificatesThatKustomizeMakes() throws IOException {
    var files = byName(Manifest.in(Manifest.DEPLOY.resolve("cert-manager/certificates.yaml")));

    var helm = byName(HelmChart.render("tls: {source: certManager}", home).stream());

    files.forEach((name, object) -> assertEquals(object, helm.get(name), name));
  }

  @Test
  void takesTheValuesOfThePage() throws IOException {
    var values = DocsYamlTest.on("helm.md").getFirst();

    assertEquals(
        values.text("image", "repository") + '@' + values.text("image", "digest"),
        image(ApiServerTest.write(values.content())));
  }

  @Test
  void answersGatekeeperAloneAsKustomizeMakesIt() throws IOException, InterruptedException {
    var kustomize = KustomizeTest.render(Manifest.DEPLOY.resolve("mutual-tls"), home).stream();

    var values = "tls: {clientAuthoritySecret: countersign-client-ca}";
    var helm = byName(HelmChart.render(values, home).stream());

    var name = "Deployment/countersign";
    assertEquals(byName(kustomize).get(name), helm.get(name));
  }

  @Test
  void makesTheProvidersOnceItKnowsTheAuthority() throws IOException {
    var ca = FakeCa.create().certificatePem();
    var files = byName(Manifest.in(Manifest.DEPLOY.resolve("gatekeeper/provider.yaml")));

    var helm = HelmChart.render("tls: {caBundle: \"%s\"}".formatted(ca.replace("\n", "\\n")), home);

    var encoded = Base64Text.encode(Bytes.utf8(ca));
    for (var provider : helm.stream().filter(o -> o.kind().equals("Provider")).toList()) {
      assertEquals(encoded, provider.text("spec", "caBundle"));
      assertEquals(
          requireNonNull(files.get(key(provider))).toString().replace("BASE64_OF_CA_CRT", encoded),
          compared(provider).toString());
    }
    assertTrue(byName(helm.stream()).keySet().containsAll(files.keySet()));
  }

  @Test
  void renewsCertificatesAsTheFilesDo() throws IOException {
    var files =
        byName(
            Stream.of("rbac.yaml", "cronjob.yaml")
                .flatMap(name -> Manifest.in(Manifest.DEPLOY.resolve("certs/" + name))));

    var helm = byName(HelmChart.render("tls: {source: certs}", home).stream());

    files.forEach((name, object) -> assertEquals(object, helm.get(name), name));
  }

  @Test
  void watchesAsTheFilesDo() throws IOException {
    var files =
        byName(
            Stream.of("prometheusrule.yaml", "servicemonitor.yaml")
                .flatMap(name -> Manifest.in(Manifest.DEPLOY.resolve("monitoring/" + name))));

    var helm =
        byName(
            HelmChart.render("monitoring: {serviceMonitor: true, prometheusRule: true}", home)
                .stream());

    files.forEach((name, object) -> assertEquals(object, helm.get(name), name));
  }

  @Test
  void pinsDigestsWhereItsConstraintsJudge() throws IOException {
    var files = byName(Manifest.in(Manifest.DEPLOY.resolve("gatekeeper/opt-in/assigns.yaml")));

    var helm = byName(HelmChart.render(CONSTRAINTS, home).stream());

    assertEquals(4, files.size());
    files.forEach((name, object) -> assertEquals(object, helm.get(name), name));
  }

  @Test
  void pinsDigestsEverywhereButWhereNobodyJudges() throws IOException {
    var helm =
        HelmChart.render(
            """
            gatekeeper:
              constraints:
                - {name: deny, action: deny, excludedNamespaces: [kube-system, trying]}
                - {name: warn, action: warn, namespaces: [trying]}
            """,
            home);

    var excluded =
        helm.stream()
            .filter(object -> object.kind().equals("Assign"))
            .map(object -> object.text("spec", "match", "excludedNamespaces"))
            .collect(Collectors.toSet());
    assertEquals(Set.of("[kube-system]"), excluded);
  }

  @Test
  void namesTheImageByTagOrByDigest() throws IOException {
    var digest = "sha256:" + "1".repeat(64);

    assertEquals("r.example/a:7", image("image: {repository: r.example/a, tag: \"7\"}"));
    assertEquals(
        "r.example/a@" + digest,
        image("image: {repository: r.example/a, tag: \"7\", digest: \"%s\"}".formatted(digest)));
  }

  @Test
  void laysKeysBesideThePolicyThatNamesThem() throws IOException {
    var helm =
        HelmChart.render(
            """
            trust:
              secret: ""
              policy: |
                apiVersion: countersign.dev/v1
              keys:
                release.pub: |
                  -----BEGIN PUBLIC KEY-----
            """,
            home);

    var data = only("ConfigMap", helm).at("data").orElseThrow();
    assertEquals(Set.of("policy.yaml", "release.pub"), ((Map<?, ?>) data).keySet());
    var args = container(helm).text("args");
    assertTrue(args.contains("--policy, /keys/policy.yaml"), args);
    assertFalse(args.contains("--key,"), args);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replica: 3 | additional properties 'replica' not allowed",
        "replicas: 1 | at '/replicas': minimum",
        "image: {repository: ''} | at '/image/repository'",
        "image: {digest: 'sha256:abc'} | at '/image/digest'",
        "trust: {secret: ''} | expected a policy, a secret, or a key named cosign.pub",
        "trust: {keys: {a.pub: 'PRIVATE'}} | at '/trust/keys/a.pub'",
        "tls: {source: vault} | at '/tls/source'",
        "tls: {caBundle: 'LS0tLS1CRUdJTg=='} | at '/tls/caBundle'",
        "tls: {source: certs, secret: a} | expected the secret countersign-tls",
        "autoscaling: {minReplicas: 7} | expected minReplicas of at most maxReplicas, got 7 and 6",
        "podDisruptionBudget: {minAvailable: 2} | expected minAvailable below the 2 Pods",
        "resources: {limits: null} | at '/resources': missing property 'limits'",
        "extraArgs: ['--key=other.pub'] | at '/extraArgs/0'",
        "extraVolumeMounts: [{subPath: a}] | at '/extraVolumeMounts/0'",
        "networkPolicy: {registryPorts: []} | at '/networkPolicy/registryPorts'",
        "gatekeeper: {constraints: [{name: a, action: block, namespaces: [b]}]} | /0/action",
        "gatekeeper: {constraints: [{name: a, action: deny}]} | at '/gatekeeper/constraints/0'",
        "gatekeeper: {constraints: [{name: a, action: deny, namespaces: [b]}, "
            + "{name: c, action: warn, namespaces: [b]}]} | got b in two",
        "gatekeeper: {constraints: [{name: a, action: deny, namespaces: [b]}, {name: c, action:"
            + " warn, excludedNamespaces: [d]}]} | expected b in excludedNamespaces of c",
        "gatekeeper: {constraints: [{name: a, action: deny, excludedNamespaces: [b]}, "
            + "{name: c, action: warn, excludedNamespaces: [d]}]} | at most one without namespaces"
      })
  void refusesMistakes(String values, String message) {
    var refusal = assertThrows(IllegalStateException.class, () -> HelmChart.render(values, home));

    assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tls: {source: certManager}", CONSTRAINTS})
  void grantsNothing(String values) throws IOException {
    for (var object : HelmChart.render(values, home)) {
      assertFalse(object.apiVersion().startsWith("rbac."), object::toString);
      assertFalse(object.kind().equals("Secret"), object::toString);
    }
  }

  @Test
  void isAChartThatHelmFindsNoFaultWith() {
    var lint = new Helm(HelmChart.FOLDER).lint().strict().call();

    assertFalse(lint.isFailed(), lint::toString);
  }

  @Test
  void documentsEachValue() throws IOException {
    var text = Files.readString(HelmChart.FOLDER.resolve("values.yaml"));
    var values = Manifest.parse("values", text).findFirst().orElseThrow();
    var schema =
        Manifest.in(HelmChart.FOLDER.resolve("values.schema.json")).findFirst().orElseThrow();

    assertEquals(paths("", schema), paths("", values.content()));
  }

  /// The paths of all settings that a schema names one by one.
  private static Set<String> paths(String at, Manifest schema) {
    var found = new TreeSet<String>();
    if (schema.at("properties").orElse(Map.of()) instanceof Map<?, ?> properties) {
      for (var name : properties.keySet()) {
        var path = at + "." + name;
        var below = new Manifest(path, (Map<?, ?>) schema.at("properties", name.toString()).get());
        if (!path.equals(".global")) {
          found.add(path);
          found.addAll(paths(path, below));
        }
      }
    }
    return found;
  }

  /// The paths of all values, but for those below free-form ones.
  private static Set<String> paths(String at, Map<?, ?> values) {
    var found = new TreeSet<String>();
    for (var value : values.entrySet()) {
      var path = at + "." + value.getKey();
      found.add(path);
      if (value.getValue() instanceof Map<?, ?> below && !path.startsWith(".resources.")) {
        found.addAll(paths(path, below));
      }
    }
    return found;
  }

  private static Map<String, Map<?, ?>> byName(Stream<Manifest> objects) {
    return objects.collect(
        Collectors.toMap(
            HelmChartTest::key, HelmChartTest::compared, (_, _) -> fail("twice"), TreeMap::new));
  }

  private static String key(Manifest object) {
    return object.kind() + "/" + object.name();
  }

  /// An object without what the two ways may write differently: labels, and the image's name.
  private static Map<?, ?> compared(Manifest object) {
    return (Map<?, ?>) compared(object.content());
  }

  private static Object compared(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var kept = new TreeMap<String, Object>();
        map.forEach((name, inner) -> {
          if (!Set.of("labels", "image", "imagePullPolicy").contains(name.toString())) {
            kept.put(name.toString(), compared(inner));
          }
        });
        yield kept;
      }
      case List<?> list -> list.stream().map(HelmChartTest::compared).toList();
      default -> value;
    };
  }

  private String image(String values) throws IOException {
    return container(HelmChart.render(values, home)).text("image");
  }

  private static Manifest container(List<Manifest> objects) {
    return only("Deployment", objects).podSpec().orElseThrow().list("containers").getFirst();
  }

  private static Manifest only(String kind, List<Manifest> objects) {
    var found = objects.stream().filter(object -> object.kind().equals(kind)).toList();
    assertEquals(1, found.size(), kind);
    return found.getFirst();
  }
}
