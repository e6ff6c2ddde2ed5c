package dev.countersign.provider;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The values of one label of metrics, of which there are only so many, whoever chooses them: the
/// first that come, and those of the operator's files. All others are `other`.
///
/// Safe for use by many threads.
final class Labels {
  /// What stands for the values that came too late.
  static final String OTHER = "other";

  private final int max;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private volatile Set<String> own = Set.of();

  Labels(int max) {
    this.max = max;
  }

  /// Values that never are `other`: those that stand in the files in force.
  void own(Set<String> values) {
    own = Set.copyOf(values);
  }

  /// `value`, or what stands for it.
  String of(String value) {
    return own.contains(value) || known.contains(value) || admit(value) ? value : OTHER;
  }

  private synchronized boolean admit(String value) {
    return known.size() < max && known.add(value);
  }
}
