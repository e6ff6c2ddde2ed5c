package dev.countersign.verify;

import dev.countersign.trust.TrustedRoot;

/// What others must have seen of a signature, and whose word counts for that.
///
/// @param logs how many different logs must have recorded the signature
/// @param timestamps how many different authorities must have timestamped it
/// @param certificateLogs how many different logs must have promised to publish its certificate
public record Witnessing(TrustedRoot trust, int logs, int timestamps, int certificateLogs) {
  public Witnessing {
    if (logs < 0 || timestamps < 0 || certificateLogs < 0) {
      throw new IllegalArgumentException("nobody can be seen by fewer than none");
    }
  }

  /// One log of each kind.
  public static Witnessing byLogs(TrustedRoot trust) {
    return new Witnessing(trust, 1, 0, 1);
  }
}
