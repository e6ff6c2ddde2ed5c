package dev.countersign.provider;

import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.registry.RegistryListener;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;

/// Numbers of the exchanges with registries, and with where they send us.
///
/// Strangers choose the names of registries and their answers: names are bounded by [Labels],
/// statuses by a list.
final class RegistryMetrics implements RegistryListener {
  /// The most registries that have a name here, besides those of the policies.
  static final int MAX_REGISTRIES = 64;

  private static final Set<Integer> STATUSES =
      Set.of(
          200, 201, 202, 204, 206, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 408, 416, 429,
          500, 501, 502, 503, 504);

  private final Labels registries = new Labels(MAX_REGISTRIES);
  private final Counter requests;
  private final Gauge remaining;
  private final Gauge limit;

  RegistryMetrics(PrometheusRegistry registry) {
    requests =
        Counter.builder()
            .name("countersign_registry_requests_total")
            .help("Exchanges with registries, by host and by status or kind of fault.")
            .labelNames("registry", "status")
            .register(registry);
    remaining =
        Gauge.builder()
            .name("countersign_registry_ratelimit_remaining")
            .help("What a registry still takes before it turns us away, as it said last.")
            .labelNames("registry")
            .register(registry);
    limit =
        Gauge.builder()
            .name("countersign_registry_ratelimit_limit")
            .help("What a registry takes in one window of time, as it said last.")
            .labelNames("registry")
            .register(registry);
  }

  /// Registries that have a name here whoever comes first.
  void own(Set<String> names) {
    registries.own(names);
  }

  @Override
  public void ended(String host, End end) {
    var registry = registries.of(host);
    switch (end) {
      case End.Answered(var status, var room) -> {
        requests.labelValues(registry, status(status)).inc();
        room.ifPresent(told -> tell(registry, told));
      }
      case End.Failed(var fault) -> requests.labelValues(registry, word(fault)).inc();
    }
  }

  private void tell(String registry, RateLimit told) {
    // Of several hosts under one name the last would pass for all.
    if (!registry.equals(Labels.OTHER)) {
      remaining.labelValues(registry).set((double) told.remaining());
      limit.labelValues(registry).set((double) told.limit());
    }
  }

  private static String status(int status) {
    return STATUSES.contains(status) ? Integer.toString(status) : "other";
  }

  private static String word(Fault fault) {
    return switch (fault) {
      case UNREACHABLE -> "unreachable";
      case TLS -> "tls";
      case UNAUTHORIZED -> "unauthorized";
      case OVERLOADED -> "overloaded";
      case BROKEN -> "broken";
      case REFUSED -> "refused";
      case CHANGED -> "changed";
      case MISMATCH -> "mismatch";
      case LATE -> "late";
      case ADDRESS_NOT_ALLOWED -> "address-not-allowed";
      case LIMIT -> "limit";
      case CIRCUIT_OPEN -> "circuit-open";
    };
  }
}
