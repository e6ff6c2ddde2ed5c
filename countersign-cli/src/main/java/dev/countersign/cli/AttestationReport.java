package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Denial;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.PredicateCondition;
import dev.countersign.verify.PredicateCondition.Outcome;
import dev.countersign.verify.VerificationResult.Verified;
import java.util.ArrayList;
import java.util.List;

/// Prints decisions as cosign's `verify-attestation` does: what was checked on stderr, one envelope
/// a line on stdout. Each proven attestation must meet each policy.
final class AttestationReport {
  private final World world;
  private final Claims claims;
  private final Authority authority;
  private final List<PredicateCondition> policies;
  private boolean warned;

  AttestationReport(
      World world, Claims claims, Authority authority, List<PredicateCondition> policies) {
    this.world = world;
    this.authority = authority;
    this.claims = claims;
    this.policies = List.copyOf(policies);
  }

  /// Prints the decision about `image`; the exit code is 0 or 1, as cosign's.
  int print(ImageReference image, Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> print(image, allowed.proofs());
      case Decision.Denied(Denial denial) -> print(failure(denial));
      case Decision.Undetermined(String cause) ->
          print(new Failure("cannot verify " + image + ": " + cause));
    };
  }

  private int print(ImageReference image, List<Verified> proofs) {
    var unmet = unmet(proofs);
    if (!unmet.isEmpty()) {
      var more = unmet.size() > 1 ? " (and " + (unmet.size() - 1) + " more)" : "";
      return print(
          new Failure(unmet.getFirst() + more)
              .withHint("every proven attestation of the type must meet every policy"));
    }
    warn(proofs);
    var stderr = world.stderr();
    stderr.println("\nVerification for " + image + " --");
    stderr.println("The following checks were performed on each of these signatures:");
    if (claims instanceof Claims.Attestation) {
      stderr.println("  - The cosign claims were validated");
    }
    ProofLines.printChecks(authority, proofs, world);
    policies.forEach(policy -> stderr.println("  - The policy " + policy.name() + " was met"));
    ProofLines.print("attestation", proofs, world);
    proofs.forEach(proof -> world.stdout().println(text(proof)));
    world.stdout().flush();
    return ExitCode.DONE;
  }

  private List<String> unmet(List<Verified> proofs) {
    var unmet = new ArrayList<String>();
    for (var proof : proofs) {
      for (var policy : policies) {
        if (policy.judge(statement(proof)) instanceof Outcome.Unmet(String problem)) {
          unmet.add(
              "the attestation %s of type %s does not meet the policy %s: %s"
                  .formatted(
                      Digest.of(envelope(proof).unverifiedPayload()),
                      OneLine.of(statement(proof).predicateType()),
                      policy.name(),
                      problem));
        }
      }
    }
    return unmet;
  }

  private void warn(List<Verified> proofs) {
    if (!warned) {
      warned = true;
      ProofLines.warnOfNoLog(authority, ProofLines.evidence(proofs), world);
      if (claims instanceof Claims.InsecureAttestation) {
        world.warn("The attestations may be about other images (--check-claims=false).");
      }
    }
  }

  private static Statement statement(Verified proof) {
    return switch (proof.claim()) {
      case Statement statement -> statement;
      case SimpleSigning claim -> throw new AssertionError("a signature is no attestation");
    };
  }

  private static Envelope envelope(Verified proof) {
    return switch (proof.signature()) {
      case Signature.Attested attested -> attested.envelope();
      case Signature.Bundled(var bundle)
          when bundle.content() instanceof Bundle.Content.Enveloped(var envelope) ->
          envelope;
      case Signature.Bundled bundled -> throw new AssertionError("a file's signature");
      case Signature.Simple simple -> throw new AssertionError("a signature is no attestation");
    };
  }

  private static String text(Verified proof) {
    try {
      return envelope(proof).toBytes().toUtf8();
    } catch (FormatException e) {
      throw new AssertionError("JSON is UTF-8", e);
    }
  }

  private static Failure failure(Denial denial) {
    return switch (denial) {
      case Denial.ImageAbsent(ImageReference image) ->
          Absence.of(image).withExitCode(ExitCode.FAILED);
      case Denial.NoAttestation none when none.found().isEmpty() ->
          new Failure(none.text())
              .withHint("attest with: countersign attest --key cosign.key " + none.image());
      case Denial.NoAttestation none ->
          new Failure(none.text()).withHint("--type chooses another of them");
      case Denial.NoSignature none -> new Failure(none.text());
      case Denial.AttestationUnmet unmet -> new Failure(unmet.text());
      case Denial.NoneProves none -> new Failure(none.text());
      case Denial.NotEnough some -> new Failure(some.text());
      case Denial.Revoked revoked -> new Failure(revoked.text());
      case Denial.NoRule none -> new Failure(none.text());
      case Denial.NoNamespace none -> new Failure(none.text());
      case Denial.LimitReached limit -> new Failure(limit.text());
      case Denial.Unreadable unreadable -> new Failure(unreadable.text());
      case Denial.AddressNotAllowed refused -> new Failure(refused.text());
    };
  }

  private int print(Failure failure) {
    CommandLine.print(failure, world);
    return failure.exitCode();
  }
}
