package dev.countersign.cli;

import java.time.Duration;
import java.util.Optional;

/// Times as Go writes them: `3m0s`, `1.5h`, `850ms`
/// ([ParseDuration](https://pkg.go.dev/time#ParseDuration)).
final class GoDuration {
  private static final double NANOS_PER_DAY = 86_400e9;
  private static final double MAX_DAYS = 100 * 365;

  private final String text;
  private int at;

  private GoDuration(String text) {
    this.text = text;
  }

  /// The time, never negative and at most a hundred years; empty if `text` is none.
  static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    if (text.isEmpty() || text.length() > 32) {
      return Optional.empty();
    }
    return new GoDuration(text).sum();
  }

  private Optional<Duration> sum() {
    double nanos = 0;
    while (at < text.length()) {
      double part = number() * unit();
      if (!(part >= 0)) {
        return Optional.empty();
      }
      nanos += part;
    }
    return nanos > MAX_DAYS * NANOS_PER_DAY
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.round(nanos)));
  }

  private double number() {
    int start = at;
    while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    try {
      return Double.parseDouble(text.substring(start, at));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private double unit() {
    int start = at;
    while (at < text.length() && !isDigit(text.charAt(at)) && text.charAt(at) != '.') {
      at++;
    }
    return switch (text.substring(start, at)) {
      case "ns" -> 1;
      case "us", "µs", "μs" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3_600e9;
      default -> Double.NaN;
    };
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
