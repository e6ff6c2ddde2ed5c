package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.policy.Decision;
import java.util.Optional;

/// What is known about one key when its time is over.
///
/// The codes are words for logs and metrics; they do not change.
sealed interface Verdict {
  /// The code of an answer that is not there yet.
  String LATE = "late";

  /// The code of a question by a policy that is not there.
  String NO_POLICY = "no-policy";

  /// The image is signed as required.
  record Proven(Decision.Allowed decision) implements Verdict {}

  /// The policy asks for no signature of this image.
  ///
  /// @param reason as the policy gives it
  /// @param image when the question has a digest
  record Exempt(String reason, Optional<Digested> image) implements Verdict {}

  /// A lasting no.
  record Refused(String code, Line line) implements Verdict {}

  /// Nobody can say now.
  ///
  /// @param cause one line, not blank
  record Unknown(String code, String cause) implements Verdict {}

  /// The verdict that a decision is.
  ///
  /// @param policy by whose rule it is
  static Verdict of(Decision decision, String policy, Grounds grounds) {
    return switch (decision) {
      case Decision.Allowed allowed -> new Proven(allowed);
      case Decision.Denied(var denial) ->
          new Refused(denial.code(), DenialLine.of(denial, policy, grounds));
      case Decision.Undetermined(var cause) -> new Unknown("fault", cause);
    };
  }

  /// The key cannot be read.
  static Verdict unreadable(FormatException e) {
    return new Refused(
        "no-reference",
        new Line("no image reference", e.problem(), "write it as registry/repository:tag"));
  }

  /// The answer is not there yet.
  static Verdict late() {
    return new Unknown(LATE, Checks.LATE);
  }

  /// No more checks may run.
  static Verdict shed(CheckBounds.Owner owner) {
    return new Unknown("shed", Checks.crowded(owner));
  }
}
