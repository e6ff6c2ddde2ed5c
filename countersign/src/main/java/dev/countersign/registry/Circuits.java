package dev.countersign.registry;

import dev.countersign.registry.Circuit.End;
import dev.countersign.registry.Circuit.Pass;
import dev.countersign.registry.Circuit.Rule;
import dev.countersign.registry.RegistryClient.Exchange;
import dev.countersign.registry.RegistryException.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Leaves registries alone that fail, each by its host and port, and finds out now and then by one
/// request whether they still do.
///
/// Only connections, TLS and statuses 5xx count as faults. Registries that do not fail are not
/// remembered, of those that do the 1,024 that were asked last. Safe for use by many threads.
public final class Circuits {
  private static final int MAX_FAILING = 1_024;
  private static final int NOT_IMPLEMENTED = 501;

  private final Rule rule;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Failing> failing = new LinkedHashMap<>(16, 0.75f, true);

  Circuits(Rule rule, LongSupplier nanoTime) {
    this.rule = rule;
    this.nanoTime = nanoTime;
  }

  /// Circuits as a service wants them: open after ten faults in a row, for a second at first, for
  /// half a minute at last.
  public static Circuits ofService() {
    return new Circuits(Rule.SERVICE, System::nanoTime);
  }

  /// Circuits that never open.
  public static Circuits none() {
    return new Circuits(Rule.NEVER, System::nanoTime);
  }

  /// What is known of a registry, and its last fault.
  private record Failing(Circuit circuit, String problem) {}

  /// Something that is asked of one registry.
  interface Question {
    Exchange ask() throws RegistryException;
  }

  /// The registries that are not asked now.
  public List<String> open() {
    lock.lock();
    try {
      return failing.entrySet().stream()
          .filter(entry -> !(entry.getValue().circuit instanceof Circuit.Closed))
          .map(Map.Entry::getKey)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /// The answer to `question`, if the registry of `scope` is asked at all.
  Exchange guard(Scope scope, Question question) throws RegistryException {
    var registry = scope.repository().registry();
    var pass = enter(registry);
    var end = End.UNKNOWN;
    var problem = "";
    try {
      var exchange = question.ask();
      if (isFault(exchange.response().status())) {
        end = End.FAULT;
        problem = exchange.fault().problem();
      } else {
        end = End.ANSWER;
      }
      return exchange;
    } catch (RegistryException e) {
      end = e.fault().end();
      problem = e.problem();
      throw e;
    } finally {
      leave(registry, pass, end, problem);
    }
  }

  /// A registry that cannot do something is not broken.
  private static boolean isFault(int status) {
    return status >= 500 && status < 600 && status != NOT_IMPLEMENTED;
  }

  private Pass enter(String registry) throws RegistryException {
    lock.lock();
    try {
      var known = failing.get(registry);
      if (known == null) {
        return Pass.ORDINARY;
      }
      long now = nanoTime.getAsLong();
      var pass = known.circuit.pass(now);
      if (pass == Pass.NONE) {
        throw new RegistryException(Fault.CIRCUIT_OPEN, text(registry, known, now));
      }
      failing.put(registry, new Failing(known.circuit.entered(now), known.problem));
      return pass;
    } finally {
      lock.unlock();
    }
  }

  private void leave(String registry, Pass pass, End end, String problem) {
    lock.lock();
    try {
      var known = failing.getOrDefault(registry, new Failing(Circuit.fresh(), ""));
      var next = known.circuit.ended(pass, end, nanoTime.getAsLong(), rule);
      if (next.equals(Circuit.fresh())) {
        failing.remove(registry);
        return;
      }
      failing.put(registry, new Failing(next, end == End.FAULT ? problem : known.problem));
      if (failing.size() > MAX_FAILING) {
        failing.remove(failing.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  private static String text(String registry, Failing known, long now) {
    var again =
        switch (known.circuit) {
          case Circuit.Open open -> "it is tried again in " + seconds(open.until() - now) + " s";
          case Circuit.Closed closed -> "it is tried again now";
          case Circuit.Probing probing -> "it is being tried now";
        };
    return registry
        + " is failing since "
        + since(known.circuit, now)
        + " ("
        + known.problem
        + "); "
        + again;
  }

  private static Instant since(Circuit circuit, long now) {
    long first =
        switch (circuit) {
          case Circuit.Closed closed -> closed.since();
          case Circuit.Open open -> open.since();
          case Circuit.Probing(Circuit.Open was) -> was.since();
        };
    return Instant.now().minusNanos(now - first).truncatedTo(ChronoUnit.SECONDS);
  }

  /// Rounded up.
  private static long seconds(long nanos) {
    return Duration.ofNanos(nanos).plusMillis(999).toSeconds();
  }
}
