package dev.countersign.testkit;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// The faults that wait for their requests, first come first served. Safe for many threads.
final class Faults {
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  /// A fault with the number of times it happened before.
  record Occurrence(Fault fault, int before) {}

  private record Rule(Predicate<Request> when, Fault fault, int times, AtomicInteger happened) {}

  void add(Predicate<Request> when, Fault fault, int times) {
    rules.add(new Rule(when, fault, times, new AtomicInteger()));
  }

  synchronized Optional<Occurrence> next(Request request) {
    for (Iterator<Rule> all = rules.iterator(); all.hasNext(); ) {
      var rule = all.next();
      if (rule.when.test(request)) {
        var before = rule.happened.getAndIncrement();
        if (before + 1 >= rule.times) {
          rules.remove(rule);
        }
        return Optional.of(new Occurrence(rule.fault, before));
      }
    }
    return Optional.empty();
  }

  void clear() {
    rules.clear();
  }
}
