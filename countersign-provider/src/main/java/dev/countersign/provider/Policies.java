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
public record Policies(Map<String, TrustPolicy> byName, Set<Digest> revoked) {
  /// @throws IllegalArgumentException without a policy
  public Policies {
    byName = Map.copyOf(byName);
    revoked = Set.copyOf(revoked);
    if (byName.isEmpty()) {
      throw new IllegalArgumentException("a server needs a policy");
    }
  }

  /// One policy, `default`, that demands the same of every image.
  public static Policies of(Requirement requirement) {
    return new Policies(Map.of(ImageKey.DEFAULT_POLICY, TrustPolicy.of(requirement)), Set.of());
  }
}
