package dev.countersign.provider;

import dev.countersign.oci.Digest;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.TrustPolicy;
import java.util.Map;
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
}
