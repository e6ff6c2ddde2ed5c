package dev.countersign.provider;

import dev.countersign.oci.ImageReference;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Answers Gatekeeper's requests: all keys side by side, one item each, within one deadline.
final class Provider {
  private final List<Endpoint> endpoints;
  private final Duration deadline;
  private final Metrics metrics;
  private final DecisionLog log;

  private Provider(List<Endpoint> endpoints, Duration deadline, Metrics metrics, DecisionLog log) {
    this.endpoints = endpoints;
    this.deadline = deadline;
    this.metrics = metrics;
    this.log = log;
  }

  /// The provider of `config` that asks `store`.
  static Provider of(
      ServerConfig config,
      Supplier<Policies> policies,
      ContentStore store,
      Metrics metrics,
      DecisionLog log) {
    var bounds = new CheckBounds();
    metrics.watch(bounds);
    var judge =
        new Judge(
            store,
            policies,
            new Checks<>("verify", config.deadline(), bounds, metrics, Checks.LIFE),
            metrics);
    var resolving =
        new Checks<ImageReference.Tagged, MutateEndpoint.Resolution>(
            "resolve", config.deadline(), bounds, metrics, Checks.LIFE);
    return new Provider(
        List.of(
            new ValidateEndpoint(judge),
            new VerifyEndpoint(judge, config.denials()),
            new MutateEndpoint(store, resolving, metrics)),
        config.deadline(),
        metrics,
        log);
  }

  /// A question that was begun, and how long after the request that was done.
  private record Begun(Pending<Reply> reply, long nanos) {
    static Begun of(Pending<Reply> reply, long start) {
      return new Begun(reply, System.nanoTime() - start);
    }
  }

  /// What answers at `path`, if anything does.
  Optional<Endpoint> find(String path) {
    return endpoints.stream().filter(endpoint -> endpoint.path().equals(path)).findFirst();
  }

  /// How long one request may take.
  Duration deadline() {
    return deadline;
  }

  /// The answer to `request`, at the deadline at the latest.
  ProviderResponse answer(Endpoint endpoint, ProviderRequest request, Deadline until) {
    long start = System.nanoTime();
    var begun = request.keys().stream().map(key -> Begun.of(endpoint.begin(key), start)).toList();
    var items = new ArrayList<Item>();
    var failures = new Failures();
    for (var one : begun) {
      var reply = one.reply().await(until);
      reply.item().ifPresentOrElse(items::add, () -> failures.add(reply.decision()));
      long nanos =
          switch (reply.decision().source()) {
            case FRESH -> System.nanoTime() - start;
            case REMEMBERED, UNASKED -> one.nanos();
          };
      metrics.decided(endpoint.path(), reply.decision(), nanos);
      log.add(endpoint.path(), reply.decision(), nanos);
    }
    return new ProviderResponse(items, failures.toString());
  }
}
