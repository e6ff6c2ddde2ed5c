package dev.countersign.registry;

import java.time.Duration;

/// A moment after which an answer is of no use.
///
/// Measured by a clock that nobody sets; means nothing outside this process. Immutable.
public final class Deadline {
  private static final Duration LONGEST = Duration.ofDays(365);

  private final long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// The moment `time` from now; at most a year away.
  public static Deadline after(Duration time) {
    var bounded = time.compareTo(LONGEST) > 0 ? LONGEST : time;
    return new Deadline(System.nanoTime() + (bounded.isNegative() ? 0 : bounded.toNanos()));
  }

  /// The time left, never negative.
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /// Whether no time is left.
  public boolean isOver() {
    return nanoTime - System.nanoTime() <= 0;
  }

  /// This deadline, or the moment `time` from now if that comes first.
  public Deadline earlier(Duration time) {
    var other = after(time);
    return other.nanoTime - nanoTime < 0 ? other : this;
  }

  @Override
  public String toString() {
    return "in " + remaining().toMillis() + " ms";
  }
}
