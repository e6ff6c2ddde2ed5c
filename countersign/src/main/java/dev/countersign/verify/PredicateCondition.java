package dev.countersign.verify;

import dev.countersign.signature.Statement;

/// What an attestation must say, besides being of the wanted type and about the image. Two of one
/// name and text are equal.
public interface PredicateCondition {
  /// The name that people know it by, as that of its file.
  String name();

  /// Whether `statement` meets it. Total and bounded: the statement may be anybody's, so a question
  /// that cannot be answered is [Outcome.Unmet].
  Outcome judge(Statement statement);

  /// An answer.
  sealed interface Outcome {
    /// It does.
    record Met() implements Outcome {}

    /// It does not, or nobody can say.
    ///
    /// @param problem one line
    record Unmet(String problem) implements Outcome {}
  }
}
