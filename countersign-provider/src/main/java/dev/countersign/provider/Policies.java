package dev.countersign.provider;

import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Denial;
import dev.countersign.policy.Gathered;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.TrustPolicy;
import dev.countersign.policy.TrustPolicy.Rule;
import dev.countersign.policy.TrustPolicy.Ruling;
import dev.countersign.policy.TrustPolicy.Terms;
import dev.countersign.verify.Authority;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The policies in force.
///
/// @param byName `default` judges keys that name none
/// @param revoked images that no rule lets run
/// @param remember how long evidence is kept
/// @param registries how registries are reached
public record Policies(
    Map<String, TrustPolicy> byName,
    Set<Digest> revoked,
    Remember remember,
    Registries registries) {
  /// @throws IllegalArgumentException without a policy
  public Policies {
    byName = Map.copyOf(byName);
    revoked = Set.copyOf(revoked);
    if (byName.isEmpty()) {
      throw new IllegalArgumentException("a server needs a policy");
    }
  }

  /// Policies whose evidence is kept as long as is usual.
  ///
  /// @throws IllegalArgumentException without a policy
  public Policies(Map<String, TrustPolicy> byName, Set<Digest> revoked) {
    this(byName, revoked, Remember.DEFAULT);
  }

  /// Policies that say nothing of registries.
  ///
  /// @throws IllegalArgumentException without a policy
  public Policies(Map<String, TrustPolicy> byName, Set<Digest> revoked, Remember remember) {
    this(byName, revoked, remember, Registries.NONE);
  }

  /// One policy, `default`, that demands the same of every image.
  public static Policies of(Requirement requirement) {
    return new Policies(Map.of(ImageKey.DEFAULT_POLICY, TrustPolicy.of(requirement)), Set.of());
  }

  /// What the policies alone say about a key.
  sealed interface Opinion {
    /// All that there is to say.
    record Known(Judged judged) implements Opinion {}

    /// Signatures are wanted.
    record Signed(Rule rule, Terms.Signed terms) implements Opinion {}
  }

  /// Those whose signature any rule asks for, each once.
  List<Authority> authorities() {
    return signed()
        .flatMap(terms -> terms.requirement().authorities().stream())
        .distinct()
        .toList();
  }

  /// The registries that rules name in full.
  Set<String> registryNames() {
    var named =
        rules()
            .flatMap(rule -> rule.images().stream())
            .map(pattern -> pattern.toString().split("/", 2)[0])
            .filter(host -> host.indexOf('*') < 0);
    var elsewhere =
        signed().flatMap(terms -> terms.signatureRepository().stream()).map(Repository::registry);
    return Stream.concat(named, elsewhere).collect(Collectors.toSet());
  }

  private Stream<Rule> rules() {
    return byName.values().stream().flatMap(policy -> policy.rules().stream());
  }

  private Stream<Terms.Signed> signed() {
    return rules()
        .map(Rule::terms)
        .filter(Terms.Signed.class::isInstance)
        .map(Terms.Signed.class::cast);
  }

  Opinion opinion(ImageKey key) {
    var policy = byName.get(key.policy());
    if (policy == null) {
      return new Opinion.Known(
          new Judged(
              new Verdict.Refused(
                  Verdict.NO_POLICY,
                  new Line(
                      "no policy is named \"" + key.policy() + '"',
                      "",
                      "name one of the policy file in the constraint")),
              Grounds.NONE));
    }
    var digested =
        key.image() instanceof Digested image ? Optional.of(image) : Optional.<Digested>empty();
    var revoked = digested.filter(this::isRevoked);
    if (revoked.isPresent()) {
      return known(key, new Denial.Revoked(revoked.get()));
    }
    return switch (policy.rule(key.image(), key.namespace())) {
      case Ruling.Denied(var denial) -> known(key, denial);
      case Ruling.Holds(var rule) ->
          switch (rule.terms()) {
            case Terms.Signed signed -> new Opinion.Signed(rule, signed);
            case Terms.Exempt(var reason) ->
                new Opinion.Known(
                    new Judged(new Verdict.Exempt(reason, digested), Grounds.of(rule)));
          };
    };
  }

  private static Opinion known(ImageKey key, Denial denial) {
    var verdict = Verdict.of(new Decision.Denied(denial), key.policy(), Grounds.NONE);
    return new Opinion.Known(new Judged(verdict, Grounds.NONE));
  }

  /// The verdict on what registries told, and what it rests on.
  Judged judge(ImageKey key, Opinion.Signed asked, Gathered gathered, Instant now) {
    var repository = key.image().repository();
    var decision = decide(asked.terms().decide(repository, gathered, now), gathered);
    var grounds =
        Grounds.of(asked.rule())
            .with(gathered, decision, asked.terms().wanted(repository), authorities(), now);
    return new Judged(Verdict.of(decision, key.policy(), grounds), grounds);
  }

  /// What the policy alone says of what was found goes before what it shows.
  private Decision decide(Decision decision, Gathered gathered) {
    if (gathered instanceof Gathered.Found found && isRevoked(found.image())) {
      return new Decision.Denied(new Denial.Revoked(found.image()));
    }
    return decision instanceof Decision.Allowed allowed
            && allowed.index().filter(this::isRevoked).isPresent()
        ? new Decision.Denied(new Denial.Revoked(allowed.index().get()))
        : decision;
  }

  private boolean isRevoked(Digested image) {
    return revoked.contains(image.digest());
  }
}
