package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.countersign.key.PublicKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What we and another said of the same things.
final class Comparison {
  private static final int SHOWN = Integer.getInteger("shown", 5);

  private final String other;
  private final Map<Difference, Integer> known = new EnumMap<>(Difference.class);
  private final List<String> unknown = new ArrayList<>();
  private int bothAccepted;
  private int bothRejected;

  /// @param other the other judge
  Comparison(String other) {
    this.other = other;
  }

  /// Notes two verdicts of the thing that `reproduction` tells how to make.
  void add(String reproduction, Verdict ours, Verdict theirs) {
    if (ours.accepted() == theirs.accepted()) {
      bothAccepted += ours.accepted() ? 1 : 0;
      bothRejected += ours.accepted() ? 0 : 1;
      return;
    }
    var difference = Difference.between(ours, theirs);
    difference.ifPresent(found -> known.merge(found, 1, Integer::sum));
    if (difference.isEmpty()) {
      unknown.add("%s\nours: %s\n%s: %s".formatted(reproduction, told(ours), other, told(theirs)));
    }
  }

  private static String told(Verdict verdict) {
    return verdict.accepted() ? "yes" : "no, " + verdict.why().strip();
  }

  /// Tells how often the two agreed; fails when they differed in an unknown way, or in all.
  ///
  /// @param key that the other judge was given, for those who reproduce it
  void report(PublicKey key) {
    report(key.toPem());
  }

  /// The same.
  ///
  /// @param given what the other judge was given, for those who reproduce it
  void report(String given) {
    System.out.printf(
        "differential, ours and %s: %d yes, %d no, differing %s, unexplained %d%n",
        other, bothAccepted, bothRejected, known, unknown.size());
    if (!unknown.isEmpty()) {
      fail(
          "%d verdicts differ from those of %s in ways that Difference does not name, by\n%s\n%s"
              .formatted(
                  unknown.size(),
                  other,
                  given,
                  unknown.stream().limit(SHOWN).collect(Collectors.joining("\n\n"))));
    }
    assertTrue(bothAccepted > 0 && bothRejected > 0, "expected some yes and some no of both");
  }
}
