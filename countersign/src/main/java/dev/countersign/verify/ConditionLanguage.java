package dev.countersign.verify;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;

/// A language that conditions are written in. Those that are there are found by
/// [java.util.ServiceLoader], so that nobody who has no condition loads one.
public interface ConditionLanguage {
  /// How the names of its files end, `.cel`.
  String ending();

  /// The condition that `source` states.
  ///
  /// @param name for people
  /// @throws FormatException if it states none that is true or false
  PredicateCondition parse(String name, Bytes source) throws FormatException;
}
