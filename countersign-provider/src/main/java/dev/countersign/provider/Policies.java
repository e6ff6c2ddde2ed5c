package dev.countersign.provider;

import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.policy.Denial;
import dev.countersign.policy.Gathered;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.TrustPolicy;
import dev.countersign.policy.TrustPolicy.Ruling;
import dev.countersign.policy.TrustPolicy.Terms;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The policies in force.
///
/// @param byName `default` judges keys that name none
/// @param revoked images that no rule lets run
/// @param remember how long evidence is kept
public record Policies(Map<String, TrustPolicy> byName, Set<Digest> revoked, Remember remember) {
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

  /// One policy, `default`, that demands the same of every image.
  public static Policies of(Requirement requirement) {
    return new Policies(Map.of(ImageKey.DEFAULT_POLICY, TrustPolicy.of(requirement)), Set.of());
  }

  /// What the policies alone say about a key.
  sealed interface Opinion {
    /// All that there is to say.
    record Known(Verdict verdict) implements Opinion {}

    /// Signatures are wanted.
    record Signed(Terms.Signed terms) implements Opinion {}
  }

  Opinion opinion(ImageKey key) {
    var policy = byName.get(key.policy());
    if (policy == null) {
      return new Opinion.Known(
          new Verdict.Refused("no-policy", "no policy is named \"" + key.policy() + '"'));
    }
    var digested =
        key.image() instanceof Digested image ? Optional.of(image) : Optional.<Digested>empty();
    var revoked = digested.filter(this::isRevoked);
    if (revoked.isPresent()) {
      return new Opinion.Known(Verdict.of(new Denial.Revoked(revoked.get())));
    }
    return switch (policy.rule(key.image(), key.namespace())) {
      case Ruling.Denied(var denial) -> new Opinion.Known(Verdict.of(denial));
      case Ruling.Holds(var rule) ->
          switch (rule.terms()) {
            case Terms.Signed signed -> new Opinion.Signed(signed);
            case Terms.Exempt(var reason) ->
                new Opinion.Known(new Verdict.Exempt(reason, digested));
          };
    };
  }

  /// The verdict on what registries told.
  Verdict judge(Terms.Signed signed, Gathered gathered, Instant now) {
    return gathered instanceof Gathered.Found found && isRevoked(found.image())
        ? Verdict.of(new Denial.Revoked(found.image()))
        : Verdict.of(gathered.decide(signed.requirement(), now));
  }

  private boolean isRevoked(Digested image) {
    return revoked.contains(image.digest());
  }
}
