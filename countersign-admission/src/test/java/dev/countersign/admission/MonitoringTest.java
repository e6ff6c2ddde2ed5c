package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What watches the provider, read by Prometheus' and Alertmanager's own tools.
class MonitoringTest {
  private static final Path FOLDER = Manifest.DEPLOY.resolve("monitoring");
  private static final Path DOCS = Path.of("../docs");

  /// What any metric of Prometheus, Gatekeeper, Kubernetes or ours looks like in an expression.
  private static final Pattern METRIC =
      Pattern.compile("\\b((countersign|gatekeeper|apiserver)_[a-z_]+|up)\\b");

  /// The rows of a table of metrics.
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|");

  @TempDir private Path folder;

  /// The rules as Prometheus wants them: the object's `spec`.
  static Path rules(Path folder) throws IOException {
    var spec = rule().at("spec").orElseThrow();
    return Files.writeString(folder.resolve("rules.yaml"), ApiServerTest.write((Map<?, ?>) spec));
  }

  private static Manifest rule() {
    return Manifest.in(FOLDER.resolve("prometheusrule.yaml")).findFirst().orElseThrow();
  }

  private static List<Manifest> alerts() {
    return rule().list("spec", "groups").stream()
        .flatMap(group -> group.list("rules").stream())
        .toList();
  }

  @Test
  void firesWhenItShouldAndNotBefore() throws IOException, InterruptedException {
    var promtool = Peers.program("prometheus/usr/bin/promtool", ".ci/peers");
    rules(folder);
    var tests =
        Files.copy(
            Path.of("src/test/resources/monitoring/rules-test.yaml"), folder.resolve("tests.yaml"));

    ApiServer.run(promtool, folder, "check", "rules", folder.resolve("rules.yaml").toString())
        .succeeded();
    var run = ApiServer.run(promtool, folder, "test", "rules", tests.toString());

    assertTrue(run.succeeded().contains("SUCCESS"), run::output);
  }

  @Test
  void testsEachAlert() throws IOException {
    var tests = Files.readString(Path.of("src/test/resources/monitoring/rules-test.yaml"));

    for (var alert : alerts()) {
      assertTrue(tests.contains("alertname: " + alert.text("alert") + "\n"), alert.text("alert"));
    }
  }

  @Test
  void tellsWhatToDoForEachAlert() throws IOException {
    var runbook = Files.readString(DOCS.resolve("alerts.md"));

    for (var alert : alerts()) {
      var name = alert.text("alert");
      assertTrue(runbook.contains("\n### " + name + "\n"), name);
      assertTrue(
          alert.text("annotations", "runbook_url").endsWith("#" + name.toLowerCase(Locale.ROOT)),
          name);
    }
  }

  @Test
  void asksOnlyForMetricsThatAreDocumented() throws IOException {
    var documented = new TreeSet<String>();
    for (var page : List.of("metrics.md", "alerts.md")) {
      ROW.matcher(Files.readString(DOCS.resolve(page)))
          .results()
          .forEach(row -> documented.add(row.group(1)));
    }
    var expressions =
        Stream.concat(
            alerts().stream().map(alert -> alert.text("expr")),
            dashboard().list("panels").stream()
                .flatMap(panel -> panel.list("targets").stream())
                .map(target -> target.text("expr")));

    var asked = new TreeSet<String>();
    expressions.forEach(expression ->
        METRIC
            .matcher(expression.replaceAll("\"[^\"]*\"", ""))
            .results()
            .forEach(found -> asked.add(found.group(1).replaceFirst("_bucket$", ""))));

    assertFalse(asked.isEmpty());
    asked.removeAll(documented);
    assertEquals(List.of(), List.copyOf(asked));
  }

  @Test
  void givesAlertmanagerAnExampleThatItTakes() throws IOException, InterruptedException {
    var amtool = Peers.program("alertmanager/usr/bin/amtool", ".ci/peers");

    var run =
        ApiServer.run(
            amtool,
            folder,
            "check-config",
            FOLDER.resolve("alertmanager.yml").toAbsolutePath().toString());

    assertTrue(run.succeeded().contains("SUCCESS"), run::output);
  }

  @Test
  void laysThePanelsBesideEachOther() throws IOException {
    var ids = new TreeSet<String>();
    for (var panel : dashboard().list("panels")) {
      assertTrue(ids.add(panel.text("id")), panel.text("title"));
      assertFalse(panel.list("targets").isEmpty(), panel.text("title"));
      var right =
          Integer.parseInt(panel.text("gridPos", "x"))
              + Integer.parseInt(panel.text("gridPos", "w"));
      assertTrue(right <= 24, panel.text("title"));
    }
  }

  private static Manifest dashboard() {
    return Manifest.in(FOLDER.resolve("dashboard.json")).findFirst().orElseThrow();
  }
}
