package dev.countersign.provider;

import java.util.Locale;

/// Where a server stands in its life.
enum State {
  /// Not yet open.
  STARTING,
  /// Answering.
  READY,
  /// Answering still, but about to stop: nobody should ask any more.
  DRAINING,
  /// Ending what it began; nothing new is taken.
  STOPPING;

  /// The word in answers.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
