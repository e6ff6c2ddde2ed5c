package dev.countersign.provider;

import dev.countersign.registry.Circuits;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// The numbers of one server, in Prometheus' text format. Labels take few values from outside: see
/// [Labels].
final class Metrics {
  /// What [#toText] is.
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final int MAX_POLICIES = 64;

  /// Strangers choose the names of registries.
  private static final int MAX_CIRCUITS_SHOWN = 16;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double[] BUCKETS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.85, 1, 2.5, 5, 10, 30
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      Counter.builder()
          .name("countersign_requests_total")
          .help("Requests answered, by path and status.")
          .labelNames("path", "status")
          .register(registry);
  private final Histogram requestTime =
      Histogram.builder()
          .name("countersign_request_duration_seconds")
          .help("Time from the end of a request's header to its answer, by path.")
          .classicOnly()
          .classicUpperBounds(BUCKETS)
          .labelNames("path")
          .register(registry);
  private final Counter decisions =
      Counter.builder()
          .name("countersign_decisions_total")
          .help("Keys answered, by path, policy, outcome and reason.")
          .labelNames("path", "policy", "outcome", "reason")
          .register(registry);
  private final Histogram decisionTime =
      Histogram.builder()
          .name("countersign_decision_duration_seconds")
          .help("Time from the beginning of a request to the answer about one key, by source.")
          .classicOnly()
          .classicUpperBounds(BUCKETS)
          .labelNames("source")
          .register(registry);
  private final Counter late =
      Counter.builder()
          .name("countersign_late_total")
          .help("Keys answered with \"still checking\".")
          .register(registry);
  private final Counter shed =
      Counter.builder()
          .name("countersign_shed_total")
          .help("Connections, requests and checks that were turned away.")
          .labelNames("what")
          .register(registry);
  private final Histogram checkTime =
      Histogram.builder()
          .name("countersign_check_duration_seconds")
          .help("Time that finding the answer about one image took, by kind.")
          .classicOnly()
          .classicUpperBounds(BUCKETS)
          .labelNames("kind")
          .register(registry);

  private final Counter reloads =
      Counter.builder()
          .name("countersign_reloads_total")
          .help("Changes of files that came into force or were refused, by kind of file.")
          .labelNames("what", "result")
          .register(registry);

  private final Counter remembering =
      Counter.builder()
          .name("countersign_memory_lookups_total")
          .help("Look-ups of evidence that is kept: hit, stale, miss.")
          .labelNames("result")
          .register(registry);

  private final RegistryMetrics registries = new RegistryMetrics(registry);
  private final TrustMetrics trust = new TrustMetrics(registry);
  private final Labels policies = new Labels(MAX_POLICIES);

  /// What may be long in coming is there with zero from the start, so that its first time is seen
  /// as a rise.
  Metrics() {
    List.of("connection", "request", "check").forEach(shed::initLabelValues);
    List.of("hit", "stale", "miss").forEach(remembering::initLabelValues);
    for (var what : List.of("policy", "tls", "admin-token")) {
      List.of("changed", "refused").forEach(result -> reloads.initLabelValues(what, result));
    }
  }

  /// What counts exchanges with registries.
  RegistryMetrics registries() {
    return registries;
  }

  /// What is known of keys.
  TrustMetrics trust() {
    return trust;
  }

  /// These policies are in force.
  void trust(Policies inForce) {
    trust.believe(inForce.authorities());
    policies.own(inForce.byName().keySet());
    registries.own(inForce.registryNames());
  }

  /// Shows the state of files and what is in them.
  void watch(Configuration configuration) {
    TrustMetrics.watch(configuration, registry);
  }

  /// Evidence was looked for in memory.
  void remembered(String result) {
    remembering.labelValues(result).inc();
  }

  /// Shows how many images are known.
  void watch(Memory memory) {
    GaugeWithCallback.builder()
        .name("countersign_memory_images")
        .help("Images whose evidence is kept.")
        .callback(callback -> callback.call((double) memory.size()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("countersign_memory_bytes")
        .help("What the evidence that is kept takes, about.")
        .callback(callback -> callback.call((double) memory.bytes()))
        .register(registry);
  }

  /// A file changed.
  ///
  /// @param what a word of this program
  void reloaded(String what, String result) {
    reloads.labelValues(what, result).inc();
  }

  /// Shows how many checks run.
  void watch(CheckBounds bounds) {
    GaugeWithCallback.builder()
        .name("countersign_checks_running")
        .help("Checks that are being made now.")
        .callback(callback -> callback.call(bounds.running()))
        .register(registry);
  }

  /// Shows which registries are left alone because they fail, some of them if they are many.
  void watch(Circuits circuits) {
    GaugeWithCallback.builder()
        .name("countersign_registry_circuit_open")
        .help("1 for a registry that is not asked now because it fails.")
        .labelNames("registry")
        .callback(callback ->
            circuits.open().stream()
                .limit(MAX_CIRCUITS_SHOWN)
                .forEach(registry -> callback.call(1, registry)))
        .register(registry);
  }

  /// One request was answered.
  ///
  /// @param path one of the provider's own, or a word for all others
  void answered(String path, int status, long nanos) {
    requests.labelValues(path, Integer.toString(status)).inc();
    requestTime.labelValues(path).observe(nanos / NANOS_PER_SECOND);
  }

  /// One key was answered.
  void decided(String path, DecisionRecord decision, long nanos) {
    var code = decision.why().code();
    decisions.labelValues(path, policy(decision), decision.outcome().word(), code).inc();
    decisionTime.labelValues(decision.source().word()).observe(nanos / NANOS_PER_SECOND);
    if (code.equals(Verdict.LATE)) {
      late.inc();
    }
  }

  /// Whoever writes constraints chooses the names, so one that no file has is none.
  private String policy(DecisionRecord decision) {
    return decision.why().code().equals(Verdict.NO_POLICY)
        ? "unknown"
        : decision.policy().map(policies::of).orElse("none");
  }

  /// One connection, request or check was turned away.
  void shed(String what) {
    shed.labelValues(what).inc();
  }

  /// One check ended.
  void checked(String kind, long nanos) {
    checkTime.labelValues(kind).observe(nanos / NANOS_PER_SECOND);
  }

  /// All numbers as text.
  byte[] toText() {
    var text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteArray();
  }
}
