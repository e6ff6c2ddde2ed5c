package dev.countersign.testkit;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes that a registry may still keep. Safe for many threads.
final class Budget {
  private final AtomicLong left;

  Budget(long bytes) {
    left = new AtomicLong(bytes);
  }

  long left() {
    return left.get();
  }

  void take(long bytes) throws Refusal {
    if (left.addAndGet(-bytes) < 0) {
      left.addAndGet(bytes);
      throw full();
    }
  }

  void give(long bytes) {
    left.addAndGet(bytes);
  }

  static Refusal full() {
    return new Refusal(ErrorCode.SIZE_INVALID, "this registry is full; start it with more bytes");
  }
}
