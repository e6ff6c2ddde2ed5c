package dev.countersign.provider;

import dev.countersign.json.JsonObject;
import dev.countersign.policy.Denial;
import dev.countersign.verify.Authority;
import dev.countersign.verify.VerificationResult;
import java.util.List;

/// What one signature was to one authority, as it is written down.
///
/// @param counts `yes`, or the code of the reason why not
/// @param text one line
record Finding(String authority, String key, String counts, String text) {
  /// The most that are written down of one decision.
  static final int MAX = 8;

  static List<Finding> of(List<? extends VerificationResult> results) {
    return results.stream().limit(MAX).map(Finding::of).toList();
  }

  /// What led to a denial.
  static List<Finding> of(Denial denial) {
    return switch (denial) {
      case Denial.NoneProves none -> of(none.rejected());
      case Denial.ImageAbsent _,
          Denial.NoSignature _,
          Denial.NoAttestation _,
          Denial.AttestationUnmet _,
          Denial.NotEnough _,
          Denial.Revoked _,
          Denial.NoRule _,
          Denial.NoNamespace _,
          Denial.LimitReached _,
          Denial.Unreadable _,
          Denial.AddressNotAllowed _ ->
          List.of();
    };
  }

  private static Finding of(VerificationResult result) {
    var key =
        switch (result.authority()) {
          case Authority.Key named -> named.key().fingerprint();
        };
    var name = result.authority().name();
    return switch (result) {
      case VerificationResult.Verified verified ->
          new Finding(
              name,
              key,
              "yes",
              "in " + verified.signature().form() + " form, " + verified.scheme());
      case VerificationResult.Rejected rejected ->
          new Finding(name, key, rejected.reason().code(), rejected.reason().text());
    };
  }

  JsonObject toJson() {
    return JsonObject.empty()
        .with("authority", authority)
        .with("key", key)
        .with("counts", counts)
        .with("text", text);
  }
}
