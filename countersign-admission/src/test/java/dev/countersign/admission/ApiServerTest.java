package dev.countersign.admission;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/// What a real API server says of what we deploy.
class ApiServerTest {
  private static final Path CRDS =
      Path.of("src/test/resources/dev/countersign/admission/crds.yaml");

  private static final List<String> NAMESPACES =
      List.of(
          "argocd", "cosign-gatekeeper-provider", "countersign", "flux-system", "tekton-chains");

  @TempDir private static Path folder;
  private static ApiServer server;

  @BeforeAll
  static void startServer() throws IOException, InterruptedException {
    server = ApiServer.start(Files.createDirectory(folder.resolve("server")));
    define(server, folder);
    defineConstraints(server, folder);
    for (var namespace : NAMESPACES) {
      server.kubectl("create", "namespace", namespace).succeeded();
    }
  }

  /// Teaches a server the kinds of others that we ship objects of.
  static void define(ApiServer server, Path folder) throws IOException, InterruptedException {
    tryToApply(Files.readString(CRDS), server, folder).succeeded();
    awaitDefinitions(server);
  }

  /// Does what Gatekeeper does with the templates that we ship.
  static void defineConstraints(ApiServer server, Path folder)
      throws IOException, InterruptedException {
    var definitions =
        templates().stream().map(ApiServerTest::constraintDefinition).collect(joining("---\n"));
    tryToApply(definitions, server, folder).succeeded();
    awaitDefinitions(server);
  }

  private static void awaitDefinitions(ApiServer server) throws IOException, InterruptedException {
    server
        .kubectl("wait", "--for=condition=established", "crd", "--all", "--timeout=30s")
        .succeeded();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  static List<Manifest> shipped() throws IOException {
    return Stream.of(
            Manifest.below(Manifest.DEPLOY, ".yaml"),
            Manifest.below(Manifest.DEPLOY, ".yaml.example"),
            DocsYamlTest.blocks())
        .flatMap(List::stream)
        .filter(Manifest::isObject)
        .toList();
  }

  @Test
  void acceptsWhatWeShip() throws IOException, InterruptedException {
    accepts(shipped());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base",
        "mutual-tls",
        "cert-manager",
        "tekton",
        "gatekeeper/opt-in",
        "gatekeeper/opt-out"
      })
  void acceptsWhatKustomizeMakes(String rendered) throws IOException, InterruptedException {
    accepts(KustomizeTest.render(Manifest.DEPLOY.resolve(rendered), folder));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tls: {source: certManager, clientAuthoritySecret: a}",
        "registries: {dockerConfigSecret: a, authoritiesConfigMap: b}",
        "tls: {source: certs}",
        "monitoring: {serviceMonitor: true, prometheusRule: true, labels: {release: a}}",
        "trust: {policy: 'apiVersion: countersign.dev/v1'}",
        "gatekeeper: {constraints: [{name: a, action: deny, excludedNamespaces: [b]}]}"
      })
  void acceptsWhatHelmMakes(String values) throws IOException, InterruptedException {
    accepts(HelmChart.render(values, folder));
  }

  @Test
  void refusesMisspeltSettings() throws IOException, InterruptedException {
    var deployment = Files.readString(Manifest.DEPLOY.resolve("base/deployment.yaml"));
    var misspelt = deployment.replace("readOnlyRootFilesystem", "readOnlyRootFileSystem");

    var run = tryToApply(misspelt);

    assertNotEquals(0, run.exit());
    assertTrue(run.output().contains("readOnlyRootFileSystem"), run.output());
  }

  @Test
  void refusesOwnersThatTheSeedDemanded() throws IOException, InterruptedException {
    var namespace =
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: owned
          labels: {owner: "%s"}
        """;

    var seeds = tryToApply(namespace.formatted("name@mycompany.it"));
    var ours = tryToApply(namespace.formatted("name.surname"));

    assertTrue(seeds.output().contains("a valid label must"), seeds.output());
    ours.succeeded();
  }

  @Test
  void serviceAccountMayDoNothingMoreThanAnyOther() throws IOException, InterruptedException {
    accepts(shipped());

    var ours = permissions("countersign");

    assertEquals(permissions("somebody"), ours);
    assertFalse(ours.contains("secrets"), ours);
    assertTrue(ours.contains("selfsubjectaccessreviews"), ours);
  }

  /// All at once: kubectl goes on behind one that is refused, and then fails.
  private static void accepts(List<Manifest> objects) throws IOException, InterruptedException {
    var documents = objects.stream().map(ApiServerTest::known).collect(joining("---\n"));

    var answer = tryToApply(documents).succeeded();

    for (var object : objects) {
      assertTrue(answer.contains("/" + object.name() + " "), answer);
    }
  }

  /// The object as this server knows it.
  private static String known(Manifest manifest) {
    var text = write(manifest.content());
    // The same fields; these versions came after this server.
    return switch (manifest.kind()) {
      case "PodDisruptionBudget" -> text.replace("policy/v1", "policy/v1beta1");
      case "HorizontalPodAutoscaler" -> text.replace("autoscaling/v2", "autoscaling/v2beta2");
      case "CronJob" -> text.replace("batch/v1", "batch/v1beta1");
      default -> text;
    };
  }

  private static String permissions(String account) throws IOException, InterruptedException {
    return server
        .kubectl(
            "auth",
            "can-i",
            "--list",
            "--namespace=countersign",
            "--as=system:serviceaccount:countersign:" + account,
            "--as-group=system:serviceaccounts",
            "--as-group=system:serviceaccounts:countersign",
            "--as-group=system:authenticated")
        .succeeded();
  }

  private static ApiServer.Run tryToApply(String text) throws IOException, InterruptedException {
    return tryToApply(text, server, folder);
  }

  private static ApiServer.Run tryToApply(String text, ApiServer server, Path folder)
      throws IOException, InterruptedException {
    var file = Files.writeString(Files.createTempFile(folder, "object", ".yaml"), text);
    return server.kubectl("apply", "--server-side", "--filename=" + file);
  }

  private static List<Manifest> templates() throws IOException {
    return shipped().stream()
        .filter(manifest -> manifest.kind().equals("ConstraintTemplate"))
        .toList();
  }

  /// The resource that Gatekeeper makes of a template, with the parameters as the template has
  /// them.
  private static String constraintDefinition(Manifest template) {
    var kind = template.text("spec", "crd", "spec", "names", "kind");
    var plural = kind.toLowerCase(Locale.ROOT);
    assertEquals(plural, template.name(), "Gatekeeper demands this name");
    var parameters =
        template.at("spec", "crd", "spec", "validation", "openAPIV3Schema").orElseThrow();
    var open = Map.of("type", "object", "x-kubernetes-preserve-unknown-fields", true);
    var properties =
        Map.of(
            "match", open, "parameters", parameters, "enforcementAction", Map.of("type", "string"));
    var schema =
        Map.of(
            "type",
            "object",
            "properties",
            Map.of("spec", Map.of("type", "object", "properties", properties)));
    var group = "constraints.gatekeeper.sh";
    return write(
        Map.of(
            "apiVersion",
            "apiextensions.k8s.io/v1",
            "kind",
            "CustomResourceDefinition",
            "metadata",
            Map.of("name", plural + "." + group),
            "spec",
            Map.of(
                "group",
                group,
                "scope",
                "Cluster",
                "names",
                Map.of("kind", kind, "plural", plural, "singular", plural),
                "versions",
                List.of(
                    Map.of(
                        "name",
                        "v1beta1",
                        "served",
                        true,
                        "storage",
                        true,
                        "schema",
                        Map.of("openAPIV3Schema", schema))))));
  }

  static String write(Map<?, ?> content) {
    return new Dump(DumpSettings.builder().build()).dumpToString(content);
  }
}
