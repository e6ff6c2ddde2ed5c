package dev.countersign.provider;

import dev.countersign.ImageVerifier;
import dev.countersign.policy.Requirement;
import java.util.Map;

/// Judges keys by the policies of the server.
final class Judge {
  private final ImageVerifier verifier;
  private final Map<String, Requirement> policies;
  private final Checks<ImageKey, Verdict> checks;
  private final Metrics metrics;

  Judge(
      ImageVerifier verifier,
      Map<String, Requirement> policies,
      Checks<ImageKey, Verdict> checks,
      Metrics metrics) {
    this.verifier = verifier;
    this.policies = Map.copyOf(policies);
    this.checks = checks;
    this.metrics = metrics;
  }

  /// Begins to find out about `key`; does not wait.
  Pending<Verdict> begin(ImageKey key) {
    var requirement = policies.get(key.policy());
    if (requirement == null) {
      return Pending.known(
          new Verdict.Refused("no-policy", "no policy is named \"" + key.policy() + '"'));
    }
    var registry = key.image().repository().registry();
    return checks
        .join(
            key,
            registry,
            deadline -> Verdict.of(verifier.verify(key.image(), requirement, deadline)))
        .<Pending<Verdict>>map(check -> deadline -> check.await(deadline).orElseGet(Verdict::late))
        .orElseGet(() -> shed(registry));
  }

  private Pending<Verdict> shed(String registry) {
    metrics.shed("check");
    return Pending.known(Verdict.shed(registry));
  }
}
