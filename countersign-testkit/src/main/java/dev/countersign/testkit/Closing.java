package dev.countersign.testkit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The end of a registry, as those see it who wait for something longer.
final class Closing {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Fault.Stall> stalls = ConcurrentHashMap.newKeySet();

  void close() {
    closed.countDown();
    stalls.forEach(Fault.Stall::end);
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /// Waits for `pause`; true when the registry was closed meanwhile.
  boolean within(Duration pause) throws InterruptedException {
    return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Waits until a stall is released (true) or the registry is closed (false).
  boolean during(Fault.Stall stall) throws InterruptedException {
    stalls.add(stall);
    if (isClosed()) {
      stall.end();
    }
    return stall.hold();
  }
}
