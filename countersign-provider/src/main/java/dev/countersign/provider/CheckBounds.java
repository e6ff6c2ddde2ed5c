package dev.countersign.provider;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// How many checks may run at the same time: in all, of one registry, and for one namespace.
///
/// The last of all places are kept for those that have few: a registry that hangs, or a namespace
/// that starts more than it can, leaves room for the others. Who names no namespace is bounded by
/// registry alone.
final class CheckBounds {
  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Integer> byRegistry = new HashMap<>();
  private final Map<String, Integer> byNamespace = new HashMap<>();
  private int sum;

  /// How many checks run.
  ///
  /// @param total in all
  /// @param reserved of these, for registries and namespaces that have less than `few`
  /// @param perRegistry of one registry
  /// @param perNamespace for one namespace
  record Limits(int total, int reserved, int few, int perRegistry, int perNamespace) {
    /// Those of a server.
    static final Limits SERVER = new Limits(2_048, 512, 16, 512, 512);
  }

  /// Whom a check is of, and for whom.
  ///
  /// @param registry host and port that will be asked
  /// @param namespace of the key that asked first
  record Owner(String registry, Optional<String> namespace) {
    /// For nobody that is known.
    Owner(String registry) {
      this(registry, Optional.empty());
    }
  }

  CheckBounds() {
    this(Limits.SERVER);
  }

  CheckBounds(Limits limits) {
    this.limits = limits;
  }

  /// Counts one more, if it may run.
  boolean enter(Owner owner) {
    lock.lock();
    try {
      int here = byRegistry.getOrDefault(owner.registry, 0);
      int mine = owner.namespace.map(name -> byNamespace.getOrDefault(name, 0)).orElse(0);
      if (!mayRun(here, mine)) {
        return false;
      }
      byRegistry.put(owner.registry, here + 1);
      owner.namespace.ifPresent(name -> byNamespace.put(name, mine + 1));
      sum++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean mayRun(int here, int mine) {
    boolean isOpenToAll = sum < limits.total - limits.reserved;
    return sum < limits.total
        && here < limits.perRegistry
        && mine < limits.perNamespace
        && (isOpenToAll || (here < limits.few && mine < limits.few));
  }

  /// Counts one less.
  void leave(Owner owner) {
    lock.lock();
    try {
      countDown(byRegistry, owner.registry);
      owner.namespace.ifPresent(name -> countDown(byNamespace, name));
      sum--;
    } finally {
      lock.unlock();
    }
  }

  private static void countDown(Map<String, Integer> counts, String name) {
    counts.computeIfPresent(name, (key, count) -> count > 1 ? count - 1 : null);
  }

  /// How many run.
  int running() {
    lock.lock();
    try {
      return sum;
    } finally {
      lock.unlock();
    }
  }
}
