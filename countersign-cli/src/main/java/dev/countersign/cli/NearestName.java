package dev.countersign.cli;

import java.util.List;
import java.util.Optional;

/// The name that somebody who made a slip may have meant.
final class NearestName {
  private NearestName() {}

  /// The candidate with the fewest letters to change; empty if none is near.
  static Optional<String> find(String name, List<String> candidates) {
    var best = Optional.<String>empty();
    int least = Math.max(2, name.length() / 3) + 1;
    for (var candidate : candidates) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        best = Optional.of(candidate);
      }
    }
    return best;
  }

  /// Levenshtein's.
  private static int distance(String a, String b) {
    var row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
