package dev.countersign.registry;

import java.time.Duration;

/// How often a question is asked again after a fault that may pass soon.
///
/// @param tries in all, at least 1
/// @param firstDelay the longest wait before the second try; it doubles with each further one, and
///   chance takes up to half of it away
public record Retry(int tries, Duration firstDelay) {
  /// Three tries, a tenth of a second apart, then two tenths.
  public static final Retry DEFAULT = new Retry(3, Duration.ofMillis(100));

  /// One try.
  public static final Retry NEVER = new Retry(1, Duration.ZERO);

  public Retry {
    if (tries < 1 || tries > 10 || firstDelay.isNegative()) {
      throw new IllegalArgumentException("expected 1 to 10 tries and no negative delay");
    }
  }
}
