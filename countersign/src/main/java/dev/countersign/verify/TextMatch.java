package dev.countersign.verify;

/// A text that is wanted: one, or all that an expression matches.
///
/// Whoever implements it bounds the time that a hostile text can cost.
public interface TextMatch {
  /// Whether `text` is wanted.
  boolean matches(String text);

  /// What is wanted, for people.
  @Override
  String toString();

  /// Exactly `wanted`.
  record Exact(String wanted) implements TextMatch {
    @Override
    public boolean matches(String text) {
      return text.equals(wanted);
    }

    @Override
    public String toString() {
      return wanted;
    }
  }
}
