package dev.countersign.provider;

import dev.countersign.oci.Digest;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Gathered;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.TrustPolicy.Rule;
import dev.countersign.policy.TrustPolicy.Terms;
import dev.countersign.verify.Authority;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a verdict rests on.
///
/// @param rule the place of the rule in the policy file
/// @param digest of the image, when a registry told it
/// @param wanted those whose signatures the rule asks for
/// @param atLeast how many of them
/// @param found how many signatures lie there, whoever made them
/// @param signatures the first of them, and what each was
/// @param calls to registries; none if what is remembered was judged
record Grounds(
    Source source,
    Optional<String> rule,
    Optional<Digest> digest,
    List<Wanted> wanted,
    int atLeast,
    int found,
    List<FoundSignature> signatures,
    List<RegistryCall> calls) {
  /// No rule was looked for.
  static final Grounds NONE =
      new Grounds(
          Source.UNASKED,
          Optional.empty(),
          Optional.empty(),
          List.of(),
          0,
          0,
          List.of(),
          List.of());

  /// A rule that decides, or is to, before anything was found.
  static Grounds of(Rule rule) {
    var requirement =
        switch (rule.terms()) {
          case Terms.Signed signed -> Optional.of(signed.requirement());
          case Terms.Exempt _ -> Optional.<Requirement>empty();
        };
    return new Grounds(
        Source.UNASKED,
        Optional.of(rule.name()),
        Optional.empty(),
        requirement.map(Requirement::authorities).orElse(List.of()).stream()
            .map(Wanted::of)
            .toList(),
        requirement.map(Requirement::atLeast).orElse(0),
        0,
        List.of(),
        List.of());
  }

  /// The same with what was found.
  ///
  /// @param known whose keys are tried on signatures of others
  Grounds with(
      Gathered gathered,
      Decision decision,
      Requirement requirement,
      List<Authority> known,
      Instant now) {
    return switch (gathered) {
      case Gathered.Absent _, Gathered.Failed _ -> this;
      case Gathered.Found image -> {
        var found = decided(image, decision);
        var relevant =
            found.signatures().signatures().stream().filter(requirement.claims()::concern).toList();
        var digest = found.image().digest();
        var first =
            decision instanceof Decision.Allowed allowed
                ? allowed.proofs().stream()
                    .limit(FoundSignature.MAX)
                    .map(proof -> FoundSignature.of(proof, digest))
                    .toList()
                : relevant.stream()
                    .limit(FoundSignature.MAX)
                    .map(one -> FoundSignature.of(one, digest, requirement, known, now))
                    .toList();
        yield new Grounds(
            source,
            rule,
            Optional.of(image.image().digest()),
            wanted,
            atLeast,
            relevant.size(),
            first,
            calls);
      }
    };
  }

  /// The index where that made the decision, else the image.
  private static Gathered.Found decided(Gathered.Found image, Decision decision) {
    return decision instanceof Decision.Allowed allowed
            && allowed.index().isPresent()
            && image.index().orElse(image) instanceof Gathered.Found index
        ? index
        : image;
  }

  /// The same from somewhere.
  Grounds from(Source newSource, List<RegistryCall> newCalls) {
    return new Grounds(newSource, rule, digest, wanted, atLeast, found, signatures, newCalls);
  }
}
