package dev.countersign.cli;

import dev.countersign.format.OneLine;
import dev.countersign.verify.Authority;
import dev.countersign.verify.LogEvidence;
import dev.countersign.verify.Signer;
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
                  .formatted(noun, name(proof.signer()), proof.signature().form(), proof.scheme()));
    }
    warnOfLog(evidence(proofs), world);
    world.stderr().flush();
  }

  /// What was checked of all of them, in cosign's words; the log is told of when it is true.
  static void printChecks(Authority authority, List<Verified> proofs, World world) {
    if (evidence(proofs).stream().allMatch(ProofLines::isLogged)) {
      world
          .stderr()
          .println("  - Existence of the claims in the transparency log was verified offline");
    }
    world
        .stderr()
        .println(
            switch (authority) {
              case Authority.Key _ ->
                  "  - The signatures were verified against the specified public key";
              case Authority.Keyless _ ->
                  "  - The code-signing certificate was verified using trusted certificate"
                      + " authority certificates";
            });
  }

  static void warnOfNoLog(Authority authority, List<LogEvidence> evidence, World world) {
    if (authority instanceof Authority.Key && evidence.stream().noneMatch(ProofLines::isLogged)) {
      world.warn(NO_LOG);
    }
  }

  static void warnOfLog(List<LogEvidence> evidence, World world) {
    if (evidence.stream().anyMatch(LogEvidence.Unverified.class::isInstance)) {
      world.warn(
          "A transparency log entry is attached and names this signature; the log's own signature"
              + " was not checked.");
    }
  }

  static List<LogEvidence> evidence(List<Verified> proofs) {
    return proofs.stream().map(Verified::log).toList();
  }

  private static boolean isLogged(LogEvidence evidence) {
    return evidence instanceof LogEvidence.Verified verified && !verified.logs().isEmpty();
  }

  /// A key by its fingerprint, a person or program by its names.
  static String name(Signer signer) {
    return switch (signer) {
      case Signer.KeyHolder(var key) -> key.fingerprint();
      case Signer.CertificateHolder(_, var identity) ->
          identity + " (" + OneLine.of(identity.issuer().orElse("")) + ")";
    };
  }
}
