package dev.countersign.provider;

import java.time.Duration;

/// How long evidence is kept.
///
/// @param evidence that proved an image to whoever asked
/// @param noSignature that did not: a signer may come
/// @param tags what a tag names
public record Remember(Duration evidence, Duration noSignature, Duration tags) {
  /// The longest that anything is kept.
  public static final Duration LONGEST = Duration.ofHours(24);

  /// An hour, and five seconds.
  public static final Remember DEFAULT = new Remember(Duration.ofHours(1), Duration.ofSeconds(5));

  /// Times for evidence; what a tag names is asked each time.
  ///
  /// @throws IllegalArgumentException for a time that is negative or over a day
  public Remember(Duration evidence, Duration noSignature) {
    this(evidence, noSignature, Duration.ZERO);
  }

  /// @throws IllegalArgumentException for a time that is negative or over a day
  public Remember {
    for (var time : new Duration[] {evidence, noSignature, tags}) {
      if (time.isNegative() || time.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("expected a time of 0s to 24h");
      }
    }
  }
}
