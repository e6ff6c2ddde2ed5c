package dev.countersign.bench;

import java.util.List;
import java.util.Locale;

/// Several measurements of one thing.
///
/// @param values in the order they were made
record Sample(List<Double> values) {
  Sample {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("expected at least one measurement");
    }
  }

  double median() {
    return quantile(0.5);
  }

  /// The value that the share `part` of all does not exceed.
  double quantile(double part) {
    var sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(part * (sorted.size() - 1))));
  }

  /// These divided by those, pair by pair: what drifts with the machine drifts in both.
  Sample dividedBy(Sample others) {
    var ratios = new java.util.ArrayList<Double>();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / others.values.get(i));
    }
    return new Sample(ratios);
  }

  /// The median and, in brackets, the least and the greatest.
  String text(String unit) {
    return String.format(
        Locale.ROOT,
        "%s %s (%s–%s)",
        number(median()),
        unit,
        number(quantile(0)),
        number(quantile(1)));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
  }
}
