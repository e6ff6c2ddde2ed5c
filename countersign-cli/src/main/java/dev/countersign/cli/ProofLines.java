package dev.countersign.cli;

import dev.countersign.verify.Authority;
import dev.countersign.verify.VerificationResult.LogEvidence;
import dev.countersign.verify.VerificationResult.Verified;
import java.util.List;

/// Says on stderr what proved an image or a file.
final class ProofLines {
  static final String NO_LOG = "No transparency log was consulted (--require-tlog asks for one).";

  private ProofLines() {}

  /// A line each, and a warning if there is a log entry that was not checked.
  static void print(String noun, List<Verified> proofs, World world) {
    for (var proof : proofs) {
      world
          .stderr()
          .println(
              "  - %s by %s in %s form, %s"
                  .formatted(noun, fingerprint(proof), proof.signature().form(), proof.scheme()));
    }
    warnOfLog(proofs, world);
    world.stderr().flush();
  }

  static void warnOfLog(List<Verified> proofs, World world) {
    if (proofs.stream().anyMatch(proof -> proof.log() instanceof LogEvidence.Unverified)) {
      world.warn(
          "A transparency log entry is attached and names this signature; the log's own signature"
              + " was not checked.");
    }
  }

  static String fingerprint(Verified proof) {
    return switch (proof.authority()) {
      case Authority.Key key -> key.key().fingerprint();
    };
  }
}
