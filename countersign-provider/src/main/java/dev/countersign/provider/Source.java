package dev.countersign.provider;

import java.util.Locale;

/// Where an answer comes from.
enum Source {
  /// A registry was asked for this answer.
  FRESH,
  /// What a registry told before was judged anew.
  REMEMBERED,
  /// No registry had to be asked.
  UNASKED;

  /// The word in logs and metrics.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
