package dev.countersign.provider;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// How many checks may run at the same time: in all, and of one registry, so that one that hangs
/// leaves room for the others.
final class CheckBounds {
  /// The bounds of a server.
  static final int TOTAL = 2_048;

  static final int PER_REGISTRY = 512;

  private final int total;
  private final int perRegistry;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Integer> running = new HashMap<>();
  private int sum;

  CheckBounds() {
    this(TOTAL, PER_REGISTRY);
  }

  CheckBounds(int total, int perRegistry) {
    this.total = total;
    this.perRegistry = perRegistry;
  }

  /// Counts one more, if it may run.
  boolean enter(String registry) {
    lock.lock();
    try {
      int here = running.getOrDefault(registry, 0);
      if (sum >= total || here >= perRegistry) {
        return false;
      }
      running.put(registry, here + 1);
      sum++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Counts one less.
  void leave(String registry) {
    lock.lock();
    try {
      running.computeIfPresent(registry, (name, count) -> count > 1 ? count - 1 : null);
      sum--;
    } finally {
      lock.unlock();
    }
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
