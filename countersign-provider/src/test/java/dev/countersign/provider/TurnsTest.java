package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final AtomicLong nanos = new AtomicLong();
  private final LinkedBlockingQueue<String> called = new LinkedBlockingQueue<>();
  private final Turns turns = new Turns(1, 4, nanos::get);

  /// Sends a request that waits, and returns when it does.
  private void enqueue(String client) {
    int before = turns.waiting();
    Thread.ofVirtual()
        .start(() -> {
          try {
            if (turns.take(client, LONG)) {
              called.add(client);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    while (turns.waiting() == before) {
      Thread.onSpinWait();
    }
  }

  private void answer(String client, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      assertTrue(turns.take(client, LONG));
      turns.leave();
    }
  }

  /// Lets those who wait have their turns, one after the other.
  private List<String> callAll(int waiting) throws InterruptedException {
    var order = new ArrayList<String>();
    for (int i = 0; i < waiting; i++) {
      turns.leave();
      order.add(String.valueOf(called.poll(60, TimeUnit.SECONDS)));
    }
    turns.leave();
    assertEquals(0, turns.taken());
    return order;
  }

  @Test
  void letsThoseFirstWhoAskedLittleLately() throws Exception {
    answer("audit", 1_000);
    answer("webhook", 10);
    assertTrue(turns.take("webhook", LONG));
    enqueue("audit");
    enqueue("webhook");
    enqueue("new");

    assertEquals(List.of("new", "webhook", "audit"), callAll(3));
  }

  @Test
  void forgetsWhatWasBefore() throws Exception {
    answer("audit", 1_000);
    nanos.addAndGet(Duration.ofSeconds(20).toNanos());
    assertTrue(turns.take("webhook", LONG));
    enqueue("audit");
    enqueue("new");

    assertEquals(List.of("audit", "new"), callAll(2));
  }

  @Test
  void remembersTheWindowBefore() throws Exception {
    answer("audit", 1_000);
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertTrue(turns.take("webhook", LONG));
    enqueue("audit");
    enqueue("new");

    assertEquals(List.of("new", "audit"), callAll(2));
  }

  @Test
  void keepsTheOrderOfThoseWhoAskAboutAsOften() throws Exception {
    assertTrue(turns.take("c", LONG));
    enqueue("a");
    enqueue("b");
    enqueue("a");
    enqueue("b");

    assertEquals(List.of("a", "b", "a", "b"), callAll(4));
  }

  @Test
  void turnsAwayWhomTheLineHasNoRoomFor() throws Exception {
    assertTrue(turns.take("a", LONG));
    for (int i = 0; i < 4; i++) {
      enqueue("a");
    }

    assertFalse(turns.take("b", LONG));

    assertEquals(4, callAll(4).size());
  }

  @Test
  void forgetsWhoWaitedInVain() throws Exception {
    assertTrue(turns.take("a", LONG));

    assertFalse(turns.take("b", Duration.ofMillis(1)));

    assertEquals(0, turns.waiting());
    turns.leave();
    assertEquals(0, turns.taken());
  }
}
