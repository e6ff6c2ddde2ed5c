package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.policy.ImagePattern;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.TrustPolicy;
import dev.countersign.policy.TrustPolicy.Rule;
import dev.countersign.policy.TrustPolicy.Terms;
import dev.countersign.registry.RegistryListener.End;
import dev.countersign.registry.RegistryListener.RateLimit;
import dev.countersign.testkit.Fault;
import dev.countersign.trust.Validity;
import dev.countersign.verify.Authority;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What `docs/metrics.md` says of the metrics, held against a server's.
class MetricsPageTest {
  private static final Instant UNTIL = Instant.parse("2099-01-01T00:00:00Z");
  private static final Pattern ROW =
      Pattern.compile("\\| `(countersign_\\w+)` \\| (\\w+) \\| ([^|]*) \\|");
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\w+) (\\w+)");
  private static final Pattern SAMPLE = Pattern.compile("(countersign_\\w+)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  /// A metric's type and labels.
  private record Shape(String type, Set<String> labels) {}

  @Test
  void thePageAndTheServerHaveTheSameMetrics() throws Exception {
    try (var server = TestServer.start(MetricsPageTest::policies)) {
      askAboutAllKinds(server);

      assertEquals(written(), told(metrics(server)));
    }
  }

  @Test
  void countsRegistriesByStatusAndTellsWhatTheyStillTake() throws Exception {
    try (var server = TestServer.start(MetricsPageTest::policies)) {
      askAboutAllKinds(server);
      var registry = server.registry().hostAndPort();

      var text = metrics(server);

      assertTrue(
          text.contains(
              "countersign_registry_ratelimit_remaining{registry=\"" + registry + "\"} 76.0\n"),
          text);
      var ok = "countersign_registry_requests_total{registry=\"" + registry + "\",status=\"200\"} ";
      assertTrue(text.contains(ok), text);
    }
  }

  @Test
  void tellsWhoProvedHowManyImagesAndWhenKeysEnd() throws Exception {
    try (var server = TestServer.start(MetricsPageTest::policies)) {
      askAboutAllKinds(server);

      var text = metrics(server);

      assertTrue(text.contains("countersign_verified_images{authority=\"release\"} 1.0\n"), text);
      assertTrue(text.contains("countersign_verified_images{authority=\"ci\"} 0.0\n"), text);
      assertTrue(
          text.contains(
              "countersign_key_valid_until_seconds{authority=\"release\"} "
                  + (double) UNTIL.getEpochSecond()),
          text);
      assertTrue(
          text.contains("countersign_decision_duration_seconds_count{source=\"remembered\"} 1\n"),
          text);
    }
  }

  /// Whoever writes a Pod chooses the names of registries.
  @Test
  void strangersMakeNoMoreNamesThanThereIsRoomFor() {
    var metrics = new Metrics();
    metrics.registries().own(Set.of("registry.acme.example"));
    for (int i = 0; i < 10_000; i++) {
      metrics.registries().ended("r" + i + ".example", new End.Answered(i, Optional.empty()));
    }
    var room = Optional.of(new RateLimit(100, 7));
    metrics.registries().ended("late.example", new End.Answered(200, room));
    metrics.registries().ended("registry.acme.example", new End.Answered(200, room));

    var text = new String(metrics.toText(), StandardCharsets.UTF_8);

    assertTrue(text.lines().count() < 1_000, text);
    assertTrue(text.contains("{registry=\"registry.acme.example\",status=\"200\"} 1.0\n"), text);
    assertTrue(
        text.contains("ratelimit_remaining{registry=\"registry.acme.example\"} 7.0\n"), text);
    assertTrue(
        !text.contains("late.example") && !text.contains("remaining{registry=\"other"), text);
  }

  @Test
  void policiesThatNobodyWroteHaveNoName() throws Exception {
    try (var server = TestServer.start(MetricsPageTest::policies)) {
      for (int i = 0; i < 200; i++) {
        new Gatekeeper(server).ask("/v1/verify", "policy=p" + i + "|localhost/app:v1");
      }

      var text = metrics(server);

      assertTrue(text.contains("policy=\"unknown\",reason=\"no-policy\"} 200.0\n"), text);
    }
  }

  private static Policies policies() {
    var release =
        new Authority.Key(
            "release", TestServer.KEY.publicKey(), new Validity(Instant.EPOCH, UNTIL));
    var ci = new Authority.Key("ci", TestServer.OTHER_KEY.publicKey());
    var terms = new Terms.Signed(Requirement.anyOf(release, ci));
    var rule = new Rule("all", List.<ImagePattern>of(), Set.of(), terms);
    return new Policies(Map.of("default", new TrustPolicy(List.of(rule))), Set.of());
  }

  private static void askAboutAllKinds(TestServer server) throws Exception {
    server
        .registry()
        .failAll(
            request -> request.path().contains("/acme/app/manifests/v1"),
            new Fault.WrongHeader("RateLimit-Remaining", "76;w=21600"));
    server.signed("acme/app");
    var image = server.name("acme/app") + '@' + server.digest("acme/app");
    var gatekeeper = new Gatekeeper(server);
    gatekeeper.ask("/v1/verify", server.name("acme/app") + ":v1");
    gatekeeper.ask("/v1/verify", image);
    gatekeeper.ask("/v1/verify", server.unsigned("acme/unsigned"));
  }

  private static Map<String, Shape> written() throws IOException {
    var shapes = new TreeMap<String, Shape>();
    var rows = ROW.matcher(Files.readString(Path.of("../docs/metrics.md")));
    while (rows.find()) {
      var labels = new TreeSet<>(List.of(rows.group(3).replaceAll("[`\\s]", "").split(",")));
      labels.remove("");
      labels.remove("–");
      shapes.put(rows.group(1), new Shape(rows.group(2), labels));
    }
    // Only while a registry fails: see FailingRegistryTest.
    shapes.remove("countersign_registry_circuit_open");
    return shapes;
  }

  private static Map<String, Shape> told(String text) {
    var shapes = new TreeMap<String, Shape>();
    var type = new Shape("", Set.of());
    var name = "";
    for (var line : text.lines().toList()) {
      var typed = TYPE.matcher(line);
      var sample = SAMPLE.matcher(line);
      if (typed.matches()) {
        name = typed.group(1);
        type = new Shape(typed.group(2), new TreeSet<>());
        shapes.put(name, type);
      } else if (sample.matches() && sample.group(2) != null) {
        var label = LABEL.matcher(sample.group(2));
        while (label.find()) {
          type.labels().add(label.group(1));
        }
        type.labels().remove("le");
      }
    }
    return shapes;
  }

  private static String metrics(TestServer server) throws IOException {
    var uri = URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics");
    try (var in = uri.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
