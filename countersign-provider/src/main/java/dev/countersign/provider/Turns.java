package dev.countersign.provider;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// How many requests are answered at the same time, and who comes next when they are more.
///
/// Whoever asked most lately gives way. Gatekeeper's audit asks the same as its webhook, but all
/// from one Pod and without pause; so a queue is no place for it to hold others up. Requests of one
/// client, and of clients that asked about as often, come in the order in which they came.
///
/// Safe for use by many threads, which wait and so should be virtual ones.
final class Turns {
  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int MAX_CLIENTS = 1_024;

  private final int places;
  private final int maxWaiting;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Waiting> line =
      new PriorityQueue<>(
          Comparator.comparingInt(Waiting::weight).thenComparingLong(Waiting::number));
  private final Map<String, Integer> before = new HashMap<>();
  private final Map<String, Integer> lately = new HashMap<>();
  private long windowEnd;
  private int taken;
  private long arrived;

  /// @param places requests that are answered at the same time
  /// @param maxWaiting requests that may wait
  Turns(int places, int maxWaiting, LongSupplier nanoTime) {
    this.places = places;
    this.maxWaiting = maxWaiting;
    this.nanoTime = nanoTime;
    this.windowEnd = nanoTime.getAsLong() + WINDOW_NANOS;
  }

  /// One request in line.
  ///
  /// @param weight the lighter, the sooner
  private record Waiting(int weight, long number, Condition called, Place place) {}

  /// Whether a request that waited was called.
  private static final class Place {
    private boolean given;
  }

  /// Takes a place, which the caller gives back; false if none came in time or too many wait.
  ///
  /// @param client who asks, as far as that is known
  boolean take(String client, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      int weight = weight(client);
      if (taken < places && line.isEmpty()) {
        taken++;
        return true;
      }
      if (line.size() >= maxWaiting) {
        return false;
      }
      return await(new Waiting(weight, arrived++, lock.newCondition(), new Place()), patience);
    } finally {
      lock.unlock();
    }
  }

  private boolean await(Waiting mine, Duration patience) throws InterruptedException {
    line.add(mine);
    try {
      long left = patience.toNanos();
      while (!mine.place.given && left > 0) {
        left = mine.called.awaitNanos(left);
      }
      return mine.place.given;
    } catch (InterruptedException e) {
      if (mine.place.given) {
        callNext();
      }
      throw e;
    } finally {
      line.remove(mine);
    }
  }

  /// Gives a place back.
  void leave() {
    lock.lock();
    try {
      callNext();
    } finally {
      lock.unlock();
    }
  }

  /// How many places are taken.
  int taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// How many requests wait.
  int waiting() {
    lock.lock();
    try {
      return line.size();
    } finally {
      lock.unlock();
    }
  }

  private void callNext() {
    var next = line.poll();
    if (next == null) {
      taken--;
      return;
    }
    next.place.given = true;
    next.called.signal();
  }

  /// How many requests `client` sent in the last ten to twenty seconds, in powers of two.
  private int weight(String client) {
    long now = nanoTime.getAsLong();
    if (now - windowEnd >= 0) {
      before.clear();
      if (now - windowEnd < WINDOW_NANOS) {
        before.putAll(lately);
      }
      lately.clear();
      windowEnd = now + WINDOW_NANOS;
    }
    if (lately.size() >= MAX_CLIENTS) {
      lately.clear();
    }
    int count = lately.merge(client, 1, Integer::sum) + before.getOrDefault(client, 0);
    return Integer.SIZE - Integer.numberOfLeadingZeros(count);
  }
}
