package dev.countersign.policy;

import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import dev.countersign.verify.Claims;
import dev.countersign.verify.PredicateCondition;
import dev.countersign.verify.PredicateCondition.Outcome;
import dev.countersign.verify.VerificationResult.Verified;
import java.time.Instant;
import java.util.Optional;

/// An attestation that an image must have beside its signatures, made by those who must have signed
/// the image.
///
/// The fields choose among the attestations of the type: others of it do not matter. The condition
/// must be true of each that was chosen, so that a newer one that is worse counts.
///
/// @param predicateType a URI, compared exactly
public record WantedAttestation(
    String predicateType,
    Optional<ProvenanceFields> fields,
    Optional<PredicateCondition> condition) {

  /// Why the image is not allowed; empty if nothing is wanting.
  ///
  /// @param attestations what was found beside it
  /// @param signatures whose word counts, and of how many
  Optional<Decision> missing(
      Digested image, Evidence attestations, Requirement signatures, Instant now) {
    if (condition.isPresent() && !attestations.gaps().isEmpty()) {
      return Optional.of(Decision.ofGaps(attestations.gaps()));
    }
    var wanted =
        new Requirement(
            signatures.authorities(), signatures.atLeast(), new Claims.Attestation(predicateType));
    var results = wanted.verify(image.digest(), attestations, now);
    var proven =
        results.stream().filter(Verified.class::isInstance).map(Verified.class::cast).toList();
    var chosen = proven.stream().filter(one -> otherFields(one).isEmpty()).toList();
    var unmet = chosen.stream().flatMap(one -> unmet(one).stream()).findFirst();
    if (unmet.isPresent()) {
      return Optional.of(denied(image, unmet.get()));
    }
    var authorities = chosen.stream().map(Verified::authority).distinct().count();
    if (authorities >= signatures.atLeast()) {
      return Optional.empty();
    }
    if (!attestations.gaps().isEmpty()) {
      return Optional.of(Decision.ofGaps(attestations.gaps()));
    }
    if (!chosen.isEmpty()) {
      return Optional.of(
          denied(
              image,
              "expected it by %d authorities, got %d".formatted(wanted.atLeast(), authorities)));
    }
    return Optional.of(
        proven.stream()
            .flatMap(one -> otherFields(one).stream())
            .findFirst()
            .map(problem -> denied(image, problem))
            .orElseGet(() -> new Decision.Denied(Denial.of(image, attestations, wanted, results))));
  }

  private Optional<String> otherFields(Verified attestation) {
    return fields.flatMap(wanted -> problem(wanted.judge(statement(attestation))));
  }

  private Optional<String> unmet(Verified attestation) {
    return condition.flatMap(wanted -> problem(wanted.judge(statement(attestation))));
  }

  private Decision denied(Digested image, String problem) {
    return new Decision.Denied(new Denial.AttestationUnmet(image, predicateType, problem));
  }

  private static Optional<String> problem(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Met met -> Optional.empty();
      case Outcome.Unmet(var problem) -> Optional.of(problem);
    };
  }

  private static Statement statement(Verified attestation) {
    return switch (attestation.claim()) {
      case Statement statement -> statement;
      case SimpleSigning signature -> throw new AssertionError("a signature is of another type");
    };
  }
}
