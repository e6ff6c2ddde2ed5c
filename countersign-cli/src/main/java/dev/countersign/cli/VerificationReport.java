package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.oci.ImageReference;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Denial;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.VerificationResult.LogEvidence;
import dev.countersign.verify.VerificationResult.Verified;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Prints decisions as cosign's `verify` does: what was checked on stderr, what was signed on
/// stdout.
final class VerificationReport {
  private final World world;
  private final Format format;
  private final Claims claims;
  private boolean warned;

  VerificationReport(World world, Format format, Claims claims) {
    this.world = world;
    this.format = format;
    this.claims = claims;
  }

  /// How stdout looks.
  enum Format {
    /// An empty line and a line with one array, for each image.
    JSON,
    /// A line for each signature: what was signed.
    TEXT
  }

  /// Prints the decision about `image` and returns its exit code.
  int print(ImageReference image, Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> {
        warn();
        printChecks(image, allowed.proofs());
        printSigned(allowed.proofs());
        yield ExitCode.DONE;
      }
      case Decision.Denied denied -> printDenial(denied.denial());
      case Decision.Undetermined(String cause) -> {
        world.stderr().println("Error: " + OneLine.of("cannot verify " + image + ": " + cause));
        yield ExitCode.FAILED;
      }
    };
  }

  private void warn() {
    if (!warned) {
      warned = true;
      world.warn("No transparency log was consulted (--require-tlog asks for one).");
      if (claims instanceof Claims.InsecureUnchecked) {
        world.warn("The signatures may be about other images (--check-claims=false).");
      }
    }
  }

  private void printChecks(ImageReference image, List<Verified> proofs) {
    var stderr = world.stderr();
    stderr.println("\nVerification for " + image + " --");
    stderr.println("The following checks were performed on each of these signatures:");
    if (claims instanceof Claims.Required required) {
      if (!required.annotations().isEmpty()) {
        stderr.println("  - The specified annotations were verified.");
      }
      stderr.println("  - The cosign claims were validated");
    }
    stderr.println("  - The signatures were verified against the specified public key");
    for (var proof : proofs) {
      stderr.println("  - signature by " + fingerprint(proof) + " in tag form, " + proof.scheme());
    }
    if (proofs.stream().anyMatch(proof -> proof.log() instanceof LogEvidence.Unverified)) {
      world.warn(
          "A transparency log entry is attached and names this signature; the log's own signature"
              + " was not checked.");
    }
    stderr.flush();
  }

  private static String fingerprint(Verified proof) {
    return switch (proof.authority()) {
      case Authority.Key key -> key.key().fingerprint();
    };
  }

  private void printSigned(List<Verified> proofs) {
    var stdout = world.stdout();
    switch (format) {
      case TEXT -> proofs.forEach(proof -> stdout.println(raw(proof)));
      case JSON -> {
        var items = new ArrayList<JsonValue>();
        proofs.forEach(proof -> items.add(json(proof)));
        stdout.println();
        stdout.println(text(new JsonArray(items).toBytes()));
      }
    }
    stdout.flush();
  }

  /// What was signed, byte for byte.
  private static String raw(Verified proof) {
    return text(proof.signature().sealed().unverifiedPayload());
  }

  /// The claim as Go would write it again, with the entry of a log that came with it.
  private static JsonValue json(Verified proof) {
    try {
      var claim = JsonValue.parseObject(proof.claim().toBytes());
      var optional = claim.findObject("optional");
      var entry = proof.signature().logEntry();
      if (optional.isEmpty() && entry.isEmpty()) {
        return claim;
      }
      var members = new TreeMap<>(optional.orElse(JsonObject.empty()).members());
      if (entry.isPresent()) {
        members.put("Bundle", JsonValue.parse(Bytes.utf8(entry.get())));
      }
      return claim.with("optional", new JsonObject(members));
    } catch (FormatException e) {
      throw new AssertionError("the claim was parsed before", e);
    }
  }

  private static String text(Bytes utf8) {
    try {
      return utf8.toUtf8();
    } catch (FormatException e) {
      throw new AssertionError("the claim was parsed before", e);
    }
  }

  private int printDenial(Denial denial) {
    return switch (denial) {
      case Denial.ImageAbsent(ImageReference image) -> print(Absence.of(image));
      case Denial.NoSignature none ->
          print(
              new Failure(none.text())
                  .withExitCode(ExitCode.NO_SIGNATURE)
                  .withHint("sign it with: countersign sign --key cosign.key " + none.image()));
      case Denial.NoneProves none -> print(noneProves(none));
      case Denial.LimitReached limit -> print(noneProves(limit));
      case Denial.AddressNotAllowed refused -> print(new Failure(refused.text()));
    };
  }

  private static Failure noneProves(Denial denial) {
    return new Failure(denial.text()).withExitCode(ExitCode.NONE_PROVES);
  }

  private int print(Failure failure) {
    CommandLine.print(failure, world);
    return failure.exitCode();
  }
}
