package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.policy.Decision;

/// What is known about one key when its time is over.
///
/// The codes are words for logs and metrics; they do not change.
sealed interface Verdict {
  /// The image is signed as required.
  record Proven(Decision.Allowed decision) implements Verdict {}

  /// A lasting no.
  ///
  /// @param reason one line, not blank
  record Refused(String code, String reason) implements Verdict {}

  /// Nobody can say now.
  ///
  /// @param cause one line, not blank
  record Unknown(String code, String cause) implements Verdict {}

  /// The verdict that a decision is.
  static Verdict of(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> new Proven(allowed);
      case Decision.Denied(var denial) -> new Refused(denial.code(), denial.text());
      case Decision.Undetermined(var cause) -> new Unknown("fault", cause);
    };
  }

  /// The key cannot be read.
  static Verdict unreadable(FormatException e) {
    return new Refused("no-reference", e.problem());
  }

  /// The answer is not there yet.
  static Verdict late() {
    return new Unknown("late", Checks.LATE);
  }

  /// No more checks may run.
  static Verdict shed(String registry) {
    return new Unknown("shed", Checks.crowded(registry));
  }
}
