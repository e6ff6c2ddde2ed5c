package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Denial;
import java.util.List;
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
  ///
  /// @param reason one line, not blank
  /// @param findings what each signature was, as far as that is known
  record Refused(String code, String reason, List<Finding> findings) implements Verdict {
    Refused(String code, String reason) {
      this(code, reason, List.of());
    }
  }

  /// Nobody can say now.
  ///
  /// @param cause one line, not blank
  record Unknown(String code, String cause) implements Verdict {}

  /// The verdict that a decision is.
  static Verdict of(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> new Proven(allowed);
      case Decision.Denied(var denial) -> of(denial);
      case Decision.Undetermined(var cause) -> new Unknown("fault", cause);
    };
  }

  /// The verdict that a denial is.
  static Verdict of(Denial denial) {
    return new Refused(denial.code(), denial.text(), Finding.of(denial));
  }

  /// The key cannot be read.
  static Verdict unreadable(FormatException e) {
    return new Refused("no-reference", e.problem());
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
