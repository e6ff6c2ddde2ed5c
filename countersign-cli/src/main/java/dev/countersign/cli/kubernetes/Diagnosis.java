package dev.countersign.cli.kubernetes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What is wrong with a cluster, as far as what is known of it tells. Pure.
public final class Diagnosis {
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

  private Diagnosis() {}

  /// The findings, in the order of [Rule].
  public static List<Finding> of(Cluster cluster) {
    var findings = new ArrayList<Finding>();
    if (cluster instanceof Cluster.Live live) {
      for (var one : live.unreadable()) {
        findings.add(new Finding(Rule.NOT_READABLE, one.kind(), one.why()));
      }
      if (live.clockAhead().abs().compareTo(CLOCK_TOLERANCE) > 0) {
        findings.add(
            new Finding(
                Rule.CLOCK,
                "the API server",
                "its clock differs from this machine's by %d s"
                    .formatted(live.clockAhead().toSeconds())));
      }
    }
    var providers = new ProviderChecks(cluster, findings);
    providers.run();
    new AdmissionChecks(cluster, providers.ours(), findings).run();
    findings.sort(Comparator.comparing(Finding::rule));
    return findings;
  }
}
