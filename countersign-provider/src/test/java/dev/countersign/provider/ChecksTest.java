package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.provider.CheckBounds.Limits;
import dev.countersign.provider.CheckBounds.Owner;
import dev.countersign.registry.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ChecksTest {
  private static final Deadline LONG = Deadline.after(Duration.ofSeconds(60));

  private final CheckBounds bounds = new CheckBounds(new Limits(3, 0, 1, 2, 2));
  private final Checks<String, String> checks =
      new Checks<>("test", Duration.ofSeconds(60), bounds, new Metrics(), Checks.LIFE);
  private final CountDownLatch released = new CountDownLatch(1);

  private String waiting(Deadline deadline) {
    try {
      released.await();
      return "answer";
    } catch (InterruptedException e) {
      return "interrupted";
    }
  }

  @Test
  void sharesARunningCheckAndForgetsAFinishedOne() {
    var first = checks.join("q", new Owner("r"), this::waiting).orElseThrow();
    var second = checks.join("q", new Owner("r"), this::waiting).orElseThrow();
    released.countDown();
    var answer = second.await(LONG);
    var later = checks.join("q", new Owner("r"), deadline -> "anew").orElseThrow();

    assertSame(first, second);
    assertEquals(Optional.of("answer"), answer);
    assertNotSame(first, later);
    assertEquals(Optional.of("anew"), later.await(LONG));
  }

  @Test
  void boundsChecksOfOneRegistryAndInAll() {
    assertTrue(checks.join("1", new Owner("a"), this::waiting).isPresent());
    var second = checks.join("2", new Owner("a"), this::waiting).orElseThrow();

    assertTrue(checks.join("3", new Owner("a"), this::waiting).isEmpty());
    assertSame(second, checks.join("2", new Owner("a"), this::waiting).orElseThrow());
    var other = checks.join("3", new Owner("b"), this::waiting).orElseThrow();
    assertTrue(checks.join("4", new Owner("c"), this::waiting).isEmpty());
    assertEquals(3, bounds.running());

    released.countDown();
    assertEquals(Optional.of("answer"), other.await(LONG));
    assertEquals(Optional.of("answer"), second.await(LONG));
    assertEquals(
        Optional.of("anew"),
        checks.join("5", new Owner("a"), d -> "anew").orElseThrow().await(LONG));
  }

  @Test
  void givesBackItsPlaceWhenTheProgramIsAtFault() throws Exception {
    for (int i = 0; i < 10; i++) {
      var check =
          checks.join(
              "q" + i,
              new Owner("a"),
              deadline -> {
                throw new IllegalArgumentException("a bug");
              });
      try {
        check.orElseThrow().await(LONG);
      } catch (IllegalStateException e) {
        assertInstanceOf(IllegalArgumentException.class, e.getCause());
      }
    }

    assertEquals(0, bounds.running());
  }

  @Test
  void doesNotWaitPastTheDeadline() {
    var check = checks.join("q", new Owner("r"), this::waiting).orElseThrow();

    assertEquals(Optional.empty(), check.await(Deadline.after(Duration.ZERO)));
    released.countDown();
  }
}
