package dev.countersign.cli;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.cli.kubernetes.Cluster;
import dev.countersign.cli.kubernetes.Diagnosis;
import dev.countersign.cli.kubernetes.Finding;
import dev.countersign.cli.kubernetes.Manifest;
import dev.countersign.cli.kubernetes.Rule;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each finding of `doctor`, by a set-up that is good but for the one thing.
class DoctorTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Path DEPLOY = Path.of("../deploy");
  private static final Path PAGE = Path.of("../docs/doctor.md");

  private static final String GATEKEEPER =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gatekeeper-controller-manager, namespace: gatekeeper-system}
      spec:
        template:
          spec:
            containers:
            - name: manager
              args: [--port=8443, --external-data-provider-response-cache-ttl=10s]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gatekeeper-audit, namespace: gatekeeper-system}
      spec:
        template:
          spec:
            containers:
            - name: manager
              args: [--operation=audit, --external-data-provider-response-cache-ttl=0m10s]
      """;
  private static final String WEBHOOKS =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: gatekeeper-validating-webhook-configuration}
      webhooks:
      - {name: validation.gatekeeper.sh, failurePolicy: Fail, timeoutSeconds: 3}
      - {name: check-ignore-label.gatekeeper.sh, failurePolicy: Fail, timeoutSeconds: 3}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata: {name: gatekeeper-mutating-webhook-configuration}
      webhooks:
      - {name: mutation.gatekeeper.sh, failurePolicy: Ignore, timeoutSeconds: 2}
      """;

  @TempDir Path folder;

  /// One thing that is changed in one text of a good set-up.
  record Break(Rule rule, String text, UnaryOperator<String> change) {
    static Break of(Rule rule, String text, String from, String to) {
      return new Break(
          rule,
          text,
          all -> {
            assertTrue(all.contains(from), () -> from + " in " + all);
            return all.replaceFirst(Pattern.quote(from), to);
          });
    }

    static Break without(Rule rule, String text) {
      return new Break(rule, text, all -> "");
    }

    @Override
    public String toString() {
      return rule.id() + " by " + text;
    }
  }

  static List<Break> breaks() {
    return List.of(
        Break.without(Rule.PROVIDER_MISSING, "providers"),
        Break.of(Rule.PROVIDER_URL, "providers", "url: https:", "url: http:"),
        Break.of(Rule.PROVIDER_URL, "providers", "/v1/verify", "/verify"),
        new Break(
            Rule.PROVIDER_CA_BUNDLE,
            "providers",
            all -> all.replaceFirst("caBundle: \\S+", "caBundle: BASE64_OF_CA_CRT")),
        new Break(
            Rule.PROVIDER_CA_BUNDLE, "providers", all -> all.replaceFirst("caBundle: \\S+", "")),
        new Break(Rule.PROVIDER_CA_BUNDLE, "providers", all -> pair(NOW.plusSeconds(99_999))[0]),
        new Break(
            Rule.PROVIDER_CA_ENDS,
            "providers",
            all -> all + "---\n" + pair(NOW.minus(Duration.ofDays(800)), "old")[0]),
        new Break(Rule.PROVIDER_CERTIFICATE, "secret", all -> pair(NOW)[1]),
        Break.of(Rule.PROVIDER_TIMEOUT, "providers", "timeout: 1", "timeout: 5"),
        Break.of(Rule.PROVIDER_TIMEOUT, "providers", "timeout: 1", ""),
        Break.of(
            Rule.EXTERNAL_DATA_OFF,
            "gatekeeper",
            "--operation=audit",
            "--enable-external-data=false"),
        Break.of(
            Rule.EXTERNAL_DATA_OFF, "gatekeeper", "--port=8443", "--enable-external-data=false"),
        Break.without(Rule.WEBHOOK_MISSING, "webhooks"),
        Break.of(Rule.PROVIDER_TIMEOUT, "webhooks", "timeoutSeconds: 3", "timeoutSeconds: 1"),
        new Break(
            Rule.WEBHOOK_TIMEOUT,
            "constraints",
            all -> all.replaceAll("\\[namespace-[23]]", "[namespace-1]")),
        Break.of(
            Rule.WEBHOOK_FAILURE_POLICY,
            "webhooks",
            "failurePolicy: Fail",
            "failurePolicy: Ignore"),
        Break.of(Rule.MUTATION_TIMEOUT, "webhooks", "timeoutSeconds: 2", "timeoutSeconds: 1"),
        Break.of(
            Rule.RESPONSE_CACHE,
            "gatekeeper",
            ", --external-data-provider-response-cache-ttl=10s",
            ""),
        Break.of(Rule.RESPONSE_CACHE, "gatekeeper", "=0m10s", "=1m"),
        Break.without(Rule.TEMPLATE_MISSING, "template"),
        new Break(
            Rule.TEMPLATE_PLACES,
            "template",
            all -> all.replaceAll("ephemeralContainers|ephemeral containers", "others")),
        Break.without(Rule.CONSTRAINT_MISSING, "constraints"),
        Break.of(Rule.CONSTRAINT_KINDS, "constraints", "kinds: [CronJob, Job]", "kinds: [Job]"),
        Break.of(Rule.CONSTRAINTS_OVERLAP, "constraints", "[namespace-2]", "[namespace-1]"),
        Break.of(
            Rule.CONSTRAINT_NOT_DENYING,
            "constraints",
            "enforcementAction: deny",
            "enforcementAction: dryrun"),
        Break.of(
            Rule.TAGS_NOT_PINNED,
            "assigns",
            "location: \"spec.initContainers[",
            "location: \"spec.x["),
        Break.of(
            Rule.KEY_MOUNT_SUBPATH,
            "deployment",
            "mountPath: /keys",
            "mountPath: /keys\n              subPath: cosign.pub"));
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void oneThingThatIsWrongIsOneFinding(Break broken) throws IOException {
    var texts = good();
    texts.computeIfPresent(broken.text(), (name, text) -> broken.change().apply(text));

    var findings = Diagnosis.of(live(texts));

    var rules = findings.stream().map(Finding::rule).collect(Collectors.toSet());
    // Constraints that overlap are what makes a webhook's time too short.
    rules.removeIf(
        rule -> rule == Rule.CONSTRAINTS_OVERLAP && broken.rule() == Rule.WEBHOOK_TIMEOUT);
    assertEquals(Set.of(broken.rule()), rules, findings::toString);
  }

  @Test
  void aGoodSetUpHasNoFinding() throws IOException {
    assertEquals(List.of(), Diagnosis.of(live(good())));
  }

  @Test
  void whatCannotBeSeenIsSaid() throws IOException {
    var good = live(good());
    var objects =
        good.objects().stream().filter(object -> !object.kind().equals("Provider")).toList();
    var blind =
        new Cluster.Live(
            objects,
            NOW,
            List.of(new Cluster.Unreadable("Provider", "providers is forbidden")),
            List.of(new Cluster.Handshake("countersign", Optional.of("connection refused"))),
            Duration.ofMinutes(-2));

    var rules = Diagnosis.of(blind).stream().map(Finding::rule).toList();

    assertEquals(List.of(Rule.NOT_READABLE, Rule.PROVIDER_UNREACHABLE, Rule.CLOCK), rules);
  }

  @Test
  void eachRuleIsShownHere() {
    var shown = breaks().stream().map(Break::rule).collect(Collectors.toSet());
    shown.addAll(Set.of(Rule.NOT_READABLE, Rule.PROVIDER_UNREACHABLE, Rule.CLOCK, Rule.REGISTRY));

    assertEquals(Set.of(Rule.values()), shown);
  }

  @Test
  void thePageListsEachRule() throws IOException {
    var rows =
        Stream.of(Rule.values())
            .map(rule ->
                "| `%s` | %s | %s |"
                    .formatted(
                        rule.id(), rule.severity().name().toLowerCase(Locale.ROOT), rule.advice()))
            .toList();
    var listed =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.replaceFirst(" \\|[^|]*\\|$", " |"))
            .toList();

    assertEquals(String.join("\n", rows), String.join("\n", listed));
  }

  @Test
  void filesAreJudgedByWhatIsInThem() throws IOException {
    var constraints = requireNonNull(good().get("constraints"));
    Files.writeString(folder.resolve("constraints.yaml"), constraints);
    var good = OurCommand.runIn(folder, Map.of(), "doctor", "-f", "constraints.yaml");
    Files.writeString(
        folder.resolve("constraints.yaml"),
        constraints.replace("kinds: [CronJob, Job]", "kinds: [Job]"));
    var bad = OurCommand.runIn(folder, Map.of(), "doctor", "-f", "constraints.yaml");

    assertEquals("", good.stdout());
    assertEquals("0 errors, 0 warnings\n", good.stderr());
    assertEquals(1, bad.exit());
    assertTrue(
        bad.stdout()
            .startsWith(
                """
                ERROR constraint-kinds: K8sCountersignImages signed-images-deny: it does not match CronJob
                  name all kinds, as deploy/gatekeeper/opt-in does
                """),
        bad.stdout());
  }

  @Test
  void whatIsShippedHasOnlyThePlaceholdersToFillIn() {
    var run =
        OurCommand.runIn(
            DEPLOY, Map.of(), "doctor", "-f", "base,gatekeeper/provider.yaml,gatekeeper/opt-in");

    assertEquals(
        List.of("ERROR provider-ca-bundle", "ERROR provider-ca-bundle"),
        run.stdout()
            .lines()
            .filter(line -> !line.startsWith(" "))
            .map(line -> line.substring(0, line.indexOf(':')))
            .toList(),
        run.stdout());
  }

  @Test
  void aRegistryIsAskedWithTheCredentialsOfThisMachine() throws Exception {
    Files.writeString(folder.resolve("empty.yaml"), "");
    try (var registry = InProcessRegistry.start()) {
      TestImage.oci("app").pushTo(registry, "team/app", "v1");
      var known = registry.hostAndPort() + "/team/app:v1";
      var words = List.of("doctor", "-f", "empty.yaml", "--output", "json", "--image");

      var good = run(words, known);
      var bad = run(words, known.replace("app", "other") + ",127.0.0.1:1/team/app:v1");

      assertEquals(0, good.exit(), good::toString);
      assertEquals(1, bad.exit());
      assertEquals(2, bad.stdout().split("\"id\":\"registry\"", -1).length - 1, bad.stdout());
    }
  }

  private Peer.Run run(List<String> words, String last) {
    var all = new ArrayList<>(words);
    all.add(last);
    return OurCommand.runIn(folder, Map.of(), all.toArray(String[]::new));
  }

  private static Map<String, String> good() throws IOException {
    var pair = PAIR;
    var texts = new LinkedHashMap<String, String>();
    texts.put("providers", pair[0]);
    texts.put("secret", pair[1]);
    texts.put("gatekeeper", GATEKEEPER);
    texts.put("webhooks", WEBHOOKS);
    texts.put("template", Files.readString(DEPLOY.resolve("gatekeeper/constrainttemplate.yaml")));
    texts.put(
        "constraints", Files.readString(DEPLOY.resolve("gatekeeper/opt-in/constraints.yaml")));
    texts.put("assigns", Files.readString(DEPLOY.resolve("gatekeeper/opt-in/assigns.yaml")));
    texts.put("deployment", Files.readString(DEPLOY.resolve("base/deployment.yaml")));
    return texts;
  }

  private static final String[] PAIR = pair(NOW);

  private static String[] pair(Instant made) {
    return pair(made, "countersign");
  }

  /// Providers and the Secret of a new certificate.
  private static String[] pair(Instant made, String name) {
    try {
      var service = ClusterService.of(name, "countersign");
      var certificate = ServiceCertificate.issue(service.names(), made, new SecureRandom());
      return new String[] {
        service.providers(certificate.authorityPem()), service.secret(certificate)
      };
    } catch (Failure e) {
      throw new AssertionError(e);
    }
  }

  private static Cluster.Live live(Map<String, String> texts) {
    var objects =
        texts.entrySet().stream()
            .flatMap(text -> parse(text.getKey(), text.getValue()).stream())
            .toList();
    return new Cluster.Live(objects, NOW, List.of(), List.of(), Duration.ofSeconds(1));
  }

  private static List<Manifest> parse(String source, String text) {
    try {
      return Manifest.parse(source, Bytes.utf8(text));
    } catch (FormatException e) {
      throw new AssertionError(Arrays.toString(text.split("\n", 3)), e);
    }
  }
}
