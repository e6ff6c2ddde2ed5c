package dev.countersign.trust;

import java.time.Instant;

/// A time, its ends included.
public record Validity(Instant from, Instant until) {
  /// At any time.
  public static final Validity ALWAYS = new Validity(Instant.MIN, Instant.MAX);

  public Validity {
    if (until.isBefore(from)) {
      throw new IllegalArgumentException("it ends before it begins");
    }
  }

  /// Whether `time` is within it.
  public boolean contains(Instant time) {
    return !time.isBefore(from) && !time.isAfter(until);
  }

  /// One phrase for people.
  @Override
  public String toString() {
    if (from.equals(Instant.MIN)) {
      return until.equals(Instant.MAX) ? "always" : "until " + until;
    }
    return "from " + from + (until.equals(Instant.MAX) ? "" : " until " + until);
  }
}
