package dev.countersign.cli;

/// The wish of a person or a system that the process ends.
@FunctionalInterface
interface StopSignal {
  /// Runs `work` when the wish comes; the process then ends well.
  void onStop(Runnable work);
}
