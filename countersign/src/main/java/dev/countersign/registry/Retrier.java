package dev.countersign.registry;

import dev.countersign.registry.RegistryException.Fault;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Asks again after faults that may pass soon, never past the caller's deadline.
final class Retrier {
  private final Retry retry;
  private final Supplier<RandomGenerator> random;

  /// @param random asked when a delay is drawn, on the thread that waits
  Retrier(Retry retry, Supplier<RandomGenerator> random) {
    this.retry = retry;
    this.random = random;
  }

  /// Something that may be done twice.
  interface Question<T> {
    T ask() throws RegistryException;
  }

  <T> T ask(Question<T> question, Deadline deadline) throws RegistryException {
    for (int tries = 1; ; tries++) {
      try {
        return question.ask();
      } catch (RegistryException e) {
        var delay = delay(e, tries);
        if (!e.fault().isWorthRetrying()
            || tries >= retry.tries()
            || delay.compareTo(deadline.remaining()) >= 0) {
          throw e;
        }
        sleep(delay, e);
      }
    }
  }

  private Duration delay(RegistryException fault, int tries) {
    var longest = retry.firstDelay().multipliedBy(1L << (tries - 1));
    var jittered = longest.multipliedBy(512 + random.get().nextInt(512)).dividedBy(1_024);
    var wanted = fault.retryAfter().orElse(Duration.ZERO);
    return wanted.compareTo(jittered) > 0 ? wanted : jittered;
  }

  private static void sleep(Duration delay, RegistryException fault) throws RegistryException {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Fault.LATE, "interrupted after: " + fault.problem(), fault);
    }
  }
}
