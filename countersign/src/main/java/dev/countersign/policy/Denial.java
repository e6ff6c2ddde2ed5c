package dev.countersign.policy;

import dev.countersign.format.OneLine;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.signature.Evidence;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.VerificationResult.Rejected;
import dev.countersign.verify.VerificationResult.Verified;
import java.util.List;
import java.util.stream.Collectors;

/// Why an image is not allowed: a lasting no.
public sealed interface Denial {
  /// The registry has no such tag or no such repository.
  record ImageAbsent(ImageReference image) implements Denial {}

  /// The image has no signature.
  record NoSignature(Digested image) implements Denial {}

  /// The image has no attestation of the wanted type.
  ///
  /// @param found the types of those that it has, as they say
  record NoAttestation(Digested image, String predicateType, List<String> found) implements Denial {
    public NoAttestation {
      found = List.copyOf(found);
    }
  }

  /// The image has attestations of the wanted type by those who are wanted, and they do not say
  /// what is wanted.
  ///
  /// @param problem one line
  record AttestationUnmet(Digested image, String predicateType, String problem) implements Denial {}

  /// The image has signatures or attestations, and none proves it.
  ///
  /// @param claims what was wanted
  record NoneProves(Digested image, Claims claims, List<Rejected> rejected) implements Denial {
    public NoneProves {
      rejected = List.copyOf(rejected);
    }
  }

  /// Some of the wanted authorities signed the image, and not enough of them.
  record NotEnough(Digested image, int wanted, List<Authority> signed) implements Denial {
    public NotEnough {
      signed = List.copyOf(signed);
    }
  }

  /// The image is one that nobody may run any more.
  record Revoked(Digested image) implements Denial {}

  /// No rule of the policy is about the image.
  record NoRule(ImageReference image) implements Denial {}

  /// The policy has rules for namespaces, and nobody said for which the image is.
  record NoNamespace(ImageReference image) implements Denial {}

  /// There is more beside the image than is read, and what was read proves nothing.
  record LimitReached(String limit) implements Denial {}

  /// What lists the signatures cannot be read, and what was read proves nothing.
  record Unreadable(String problem) implements Denial {}

  /// The registry lies at an address that is not to be asked.
  record AddressNotAllowed(String problem) implements Denial {}

  /// The denial that follows from `results`, which prove too little.
  static Denial of(
      Digested image,
      Evidence evidence,
      Requirement requirement,
      List<VerificationResult> results) {
    var signed =
        results.stream()
            .filter(Verified.class::isInstance)
            .map(VerificationResult::authority)
            .distinct()
            .toList();
    if (!signed.isEmpty()) {
      return new NotEnough(image, requirement.atLeast(), signed);
    }
    return results.isEmpty()
        ? nothing(image, evidence, requirement.claims())
        : new NoneProves(
            image,
            requirement.claims(),
            results.stream().filter(Rejected.class::isInstance).map(Rejected.class::cast).toList());
  }

  private static Denial nothing(Digested image, Evidence evidence, Claims claims) {
    return switch (claims) {
      case Claims.Required required -> new NoSignature(image);
      case Claims.InsecureUnchecked unchecked -> new NoSignature(image);
      case Claims.Attestation attestation -> noAttestation(image, evidence, claims);
      case Claims.InsecureAttestation attestation -> noAttestation(image, evidence, claims);
    };
  }

  private static Denial noAttestation(Digested image, Evidence evidence, Claims claims) {
    return new NoAttestation(image, claims.predicateType(), predicateTypes(evidence));
  }

  private static List<String> predicateTypes(Evidence evidence) {
    return evidence.signatures().stream()
        .flatMap(signature -> signature.unverifiedPredicateType().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /// A word for logs and tests; it does not change.
  default String code() {
    return switch (this) {
      case ImageAbsent d -> "image-absent";
      case NoSignature d -> "no-signature";
      case NoAttestation d -> "no-attestation";
      case AttestationUnmet d -> "attestation-unmet";
      case NoneProves d -> "no-matching-signature";
      case NotEnough d -> "not-enough-signatures";
      case Revoked d -> "revoked";
      case NoRule d -> "no-rule";
      case NoNamespace d -> "no-namespace";
      case LimitReached d -> "limit-reached";
      case Unreadable d -> "unreadable";
      case AddressNotAllowed d -> "address-not-allowed";
    };
  }

  /// One line for people.
  default String text() {
    return switch (this) {
      case ImageAbsent d -> "image not found: " + d.image();
      case NoSignature d -> "no signatures found for " + d.image();
      case NoAttestation d -> noAttestation(d);
      case AttestationUnmet d ->
          "the attestation of %s of type %s is not as the policy wants it: %s"
              .formatted(d.image(), d.predicateType(), d.problem());
      case NoneProves d ->
          "no matching " + wanted(d.claims()) + " for " + d.image() + ": " + reasons(d.rejected());
      case NotEnough d ->
          "expected signatures by %d authorities for %s, got %d, by %s"
              .formatted(d.wanted(), d.image(), d.signed().size(), names(d.signed()));
      case Revoked d -> d.image() + " is revoked by the policy";
      case NoRule d -> "no rule of the policy is about " + d.image();
      case NoNamespace d ->
          "the policy has rules for namespaces, and the question about "
              + d.image()
              + " names none";
      case LimitReached d -> "no matching signatures within the limits: " + d.limit();
      case Unreadable d -> "no matching signatures: " + d.problem();
      case AddressNotAllowed d -> d.problem();
    };
  }

  private static String wanted(Claims claims) {
    return switch (claims) {
      case Claims.Required c -> "signatures";
      case Claims.InsecureUnchecked c -> "signatures";
      case Claims.Attestation c -> "attestations";
      case Claims.InsecureAttestation c -> "attestations";
    };
  }

  private static String noAttestation(NoAttestation d) {
    return d.found().isEmpty()
        ? "no attestations found for " + d.image()
        : "none of the attestations of %s matched the predicate type: %s, found: %s"
            .formatted(d.image(), d.predicateType(), OneLine.of(String.join(",", d.found())));
  }

  private static String names(List<Authority> authorities) {
    return authorities.stream().map(Authority::name).collect(Collectors.joining(", "));
  }

  /// Each reason once, the commonest words first come; at most three, so that the line stays one.
  private static String reasons(List<Rejected> rejected) {
    var texts = rejected.stream().map(Denial::reason).distinct().toList();
    var shown = texts.stream().limit(3).collect(Collectors.joining("; "));
    return texts.size() > 3 ? shown + "; and " + (texts.size() - 3) + " other reasons" : shown;
  }

  private static String reason(Rejected rejected) {
    return rejected.reason().text() + " (wanted: " + rejected.authority().name() + ")";
  }
}
