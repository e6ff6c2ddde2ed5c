package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A release of the chart in a real API server, from its installation to its end.
class HelmReleaseTest {
  /// What this old server lets be installed: no versions of objects that came after it.
  private static final String VALUES =
      """
      autoscaling: {enabled: false}
      podDisruptionBudget: {enabled: false}
      gatekeeper:
        constraints: [{name: signed-images, action: deny, namespaces: [namespace-1]}]
      """;

  private static final String CONSTRAINTS = "k8scountersignimages.constraints.gatekeeper.sh";

  @TempDir private Path folder;

  @Test
  void enforcesOnceGatekeeperHasMadeTheKindAndGoesWithoutATrace() throws Exception {
    var home = Files.createDirectory(folder.resolve("server"));
    try (var server = ApiServer.start(home)) {
      ApiServerTest.define(server, folder);
      var values = Files.writeString(folder.resolve("values.yaml"), VALUES);
      // Whole, for files would be read again long after this test.
      var config = server.kubectl("config", "view", "--raw", "--flatten").succeeded();

      var installed =
          new Helm(HelmChart.FOLDER)
              .install()
              .withName("guard")
              .withNamespace("countersign")
              .createNamespace()
              .disableOpenApiValidation()
              .withValuesFile(values)
              .withKubeConfigContents(config)
              .call();
      assertTrue(installed.getOutput().contains("NOTHING IS ENFORCED YET"), installed.getOutput());
      assertEquals("Deployment", kind(server, "deployment.apps/countersign"));

      ApiServerTest.defineConstraints(server, folder);
      new Helm(HelmChart.FOLDER)
          .upgrade()
          .withName("guard")
          .withNamespace("countersign")
          .disableOpenApiValidation()
          .withValuesFile(values)
          .withKubeConfigContents(config)
          .call();
      assertEquals("K8sCountersignImages", kind(server, CONSTRAINTS + "/signed-images"));
      assertEquals(shipped(), read(server, CONSTRAINTS + "/signed-images").at("spec"));

      Helm.uninstall("guard").withNamespace("countersign").withKubeConfigContents(config).call();
      var left =
          server.kubectl(
              "get",
              "deployment,service,serviceaccount,networkpolicy,constrainttemplate,assign,"
                  + CONSTRAINTS,
              "--namespace=countersign",
              "--output=name");
      assertEquals("", left.output().strip());
    }
  }

  private static String kind(ApiServer server, String object)
      throws IOException, InterruptedException {
    return read(server, object).kind();
  }

  private static Optional<Object> shipped() {
    return Manifest.in(Manifest.DEPLOY.resolve("gatekeeper/opt-in/constraints.yaml"))
        .findFirst()
        .flatMap(constraint -> constraint.at("spec"));
  }

  private static Manifest read(ApiServer server, String object)
      throws IOException, InterruptedException {
    var text =
        server.kubectl("get", object, "--namespace=countersign", "--output=yaml").succeeded();
    return Manifest.parse(object, text).findFirst().orElseThrow();
  }
}
