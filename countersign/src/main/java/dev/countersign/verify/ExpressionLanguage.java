package dev.countersign.verify;

import dev.countersign.format.FormatException;

/// A language of expressions over texts. The one that is there is found by
/// [java.util.ServiceLoader], so that nobody who has no expression loads it.
public interface ExpressionLanguage {
  /// The texts in which `expression` matches somewhere, as cosign searches.
  ///
  /// @throws FormatException if it is no expression
  TextMatch search(String expression) throws FormatException;

  /// The texts that `expression` matches as a whole.
  ///
  /// @throws FormatException if it is no expression
  TextMatch whole(String expression) throws FormatException;
}
