package dev.countersign.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.cli.interop.Peers;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The notice for `warn`, from a metric to a webhook, by the real Prometheus and Alertmanager.
class NoticeTest {
  /// What Gatekeeper's audit shows when two objects violate a constraint that warns.
  private static final String RECORDED =
      """
      # HELP gatekeeper_violations Total number of audited violations
      # TYPE gatekeeper_violations gauge
      gatekeeper_violations{enforcement_action="deny"} 0
      gatekeeper_violations{enforcement_action="dryrun"} 0
      gatekeeper_violations{enforcement_action="warn"} 2
      """;

  private static final int PATIENCE_SECONDS = 120;

  @TempDir private Path folder;
  private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void tellsOfWhatWarnLetPass() throws Exception {
    assumeTrue(hasUserNamespaces(), "not run: this machine has no user namespaces for us");
    var prometheus = Peers.program("prometheus/usr/bin/prometheus", ".ci/peers");
    var alertmanager = Peers.program("alertmanager/usr/bin/prometheus-alertmanager", ".ci/peers");
    var here = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    here.createContext("/metrics", exchange -> answer(exchange, RECORDED));
    here.createContext("/alerts", this::take);
    here.start();
    try {
      var own = "127.0.0.1:" + here.getAddress().getPort();
      var manager = "127.0.0.1:" + freePort();
      start(
          "alertmanager",
          // Debian's program looks for its templates below /usr/share and nowhere else.
          "unshare",
          "--user",
          "--map-root-user",
          "--mount",
          "sh",
          "-c",
          "mount --bind \"$1\" /usr/share && shift && exec \"$@\"",
          "sh",
          alertmanager.resolveSibling("../share").normalize().toString(),
          alertmanager.toString(),
          "--config.file=" + write("alertmanager.yml", receiving(own)),
          "--storage.path=" + folder.resolve("alerts"),
          "--cluster.listen-address=",
          "--web.listen-address=" + manager);
      MonitoringTest.rules(folder);
      start(
          "prometheus",
          prometheus.toString(),
          "--config.file=" + write("prometheus.yml", watching(own, manager)),
          "--storage.tsdb.path=" + folder.resolve("data"),
          "--web.listen-address=127.0.0.1:" + freePort());

      var notice = notices.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);

      assertNotNull(notice, this::logs);
      assertTrue(notice.contains("\"alertname\":\"CountersignWarned\""), notice);
      assertTrue(notice.contains("2 objects run that warn lets pass"), notice);
    } finally {
      here.stop(0);
    }
  }

  /// The example that we ship, in a hurry and with the test's own webhook.
  private static String receiving(String own) throws IOException {
    return Files.readString(Manifest.DEPLOY.resolve("monitoring/alertmanager.yml"))
        .replace("http://chat-bridge.monitoring:8080", "http://" + own)
        .replace("group_wait: 30s", "group_wait: 1s");
  }

  private static String watching(String own, String manager) {
    return """
    global: {scrape_interval: 1s, evaluation_interval: 1s}
    rule_files: [rules.yaml]
    scrape_configs:
      - job_name: gatekeeper
        static_configs: [{targets: ["%s"]}]
    alerting:
      alertmanagers:
        - static_configs: [{targets: ["%s"]}]
    """
        .formatted(own, manager);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private void start(String name, String... command) throws IOException {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    processes.add(
        builder
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start());
  }

  private void take(HttpExchange exchange) throws IOException {
    var notice = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    answer(exchange, "");
    if (notice.contains("CountersignWarned")) {
      notices.add(notice);
    }
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    var body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String logs() {
    try {
      return Files.readString(folder.resolve("prometheus.log"))
          + Files.readString(folder.resolve("alertmanager.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean hasUserNamespaces() throws IOException, InterruptedException {
    return new ProcessBuilder("unshare", "--user", "--map-root-user", "--mount", "true")
            .start()
            .waitFor()
        == 0;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
