package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Denial;
import dev.countersign.registry.ImageLayout;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.VerificationResult.Verified;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Prints decisions as cosign's `verify` does: what was checked on stderr, what was signed on
/// stdout.
final class VerificationReport {
  private final World world;
  private final Format format;
  private final Claims claims;
  private final Authority authority;
  private boolean warned;

  VerificationReport(World world, Format format, Claims claims, Authority authority) {
    this.world = world;
    this.authority = authority;
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
    return print(image.toString(), decision);
  }

  /// Prints the decision about what a person calls `image`.
  int print(String image, Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> {
        warn(allowed.proofs());
        printChecks(image, allowed.proofs());
        printSigned(image, allowed);
        yield ExitCode.DONE;
      }
      case Decision.Denied denied -> print(failure(denied.denial()));
      case Decision.Undetermined(String cause) -> {
        world.stderr().println("Error: " + OneLine.of("cannot verify " + image + ": " + cause));
        yield ExitCode.FAILED;
      }
    };
  }

  private void warn(List<Verified> proofs) {
    if (!warned) {
      warned = true;
      ProofLines.warnOfNoLog(authority, ProofLines.evidence(proofs), world);
      if (claims instanceof Claims.InsecureUnchecked) {
        world.warn("The signatures may be about other images (--check-claims=false).");
      }
    }
  }

  private void printChecks(String image, List<Verified> proofs) {
    var stderr = world.stderr();
    stderr.println("\nVerification for " + image + " --");
    stderr.println("The following checks were performed on each of these signatures:");
    if (claims instanceof Claims.Required required) {
      if (!required.annotations().isEmpty()) {
        stderr.println("  - The specified annotations were verified.");
      }
      stderr.println("  - The cosign claims were validated");
    }
    ProofLines.printChecks(authority, proofs, world);
    ProofLines.print("signature", proofs, world);
  }

  private void printSigned(String image, Decision.Allowed allowed) {
    var stdout = world.stdout();
    switch (format) {
      case TEXT -> allowed.proofs().forEach(proof -> stdout.println(raw(image, allowed, proof)));
      case JSON -> {
        var items = new ArrayList<JsonValue>();
        allowed.proofs().forEach(proof -> items.add(json(image, allowed, proof)));
        stdout.println();
        stdout.println(text(new JsonArray(items).toBytes()));
      }
    }
    stdout.flush();
  }

  /// What was signed: in tag form byte for byte, in bundle form as cosign retells it.
  private static String raw(String image, Decision.Allowed allowed, Verified proof) {
    return proof.signature() instanceof Signature.Simple simple
        ? text(simple.sealed().unverifiedPayload())
        : text(json(image, allowed, proof).toBytes());
  }

  private static JsonObject json(String image, Decision.Allowed allowed, Verified proof) {
    return switch (proof.claim()) {
      case SimpleSigning claim -> simple(proof, claim);
      case Statement statement -> retold(image, allowed.image(), statement);
    };
  }

  /// The claim as Go would write it again, with the entry of a log that came with it.
  private static JsonObject simple(Verified proof, SimpleSigning signed) {
    try {
      var claim = JsonValue.parseObject(signed.toBytes());
      var optional = claim.findObject("optional");
      var entry =
          proof.signature() instanceof Signature.Simple simple
              ? simple.material().logEntry()
              : Optional.<String>empty();
      var signer = CertificateMembers.of(proof.signer());
      if (optional.isEmpty() && entry.isEmpty() && signer.isEmpty()) {
        return claim;
      }
      var members = new TreeMap<>(optional.orElse(JsonObject.empty()).members());
      if (entry.isPresent()) {
        members.put("Bundle", JsonValue.parse(Bytes.utf8(entry.get())));
      }
      signer.forEach((name, text) -> members.put(name, new JsonValue.JsonString(text)));
      return claim.with("optional", new JsonObject(members));
    } catch (FormatException e) {
      throw new AssertionError("the claim was parsed before", e);
    }
  }

  /// A statement in the words of a signature in tag form. The name is the one that was asked for: a
  /// statement holds none.
  private static JsonObject retold(String asked, Digested image, Statement statement) {
    var annotations = new TreeMap<>(statement.about(image.digest()).orElse(Map.of()));
    return JsonObject.empty()
        .with(
            "critical",
            JsonObject.empty()
                .with("identity", JsonObject.empty().with("docker-reference", asked))
                .with(
                    "image",
                    JsonObject.empty().with("docker-manifest-digest", image.digest().toString()))
                .with("type", statement.predicateType()))
        .with("optional", JsonObject.ofStrings(annotations));
  }

  private static String text(Bytes utf8) {
    try {
      return utf8.toUtf8();
    } catch (FormatException e) {
      throw new AssertionError("the claim was parsed before", e);
    }
  }

  /// What is said of a denial, with the exit code that it asks for.
  static Failure failure(Denial denial) {
    return switch (denial) {
      case Denial.ImageAbsent(ImageReference image) -> Absence.of(image);
      case Denial.NoSignature none when none.image().repository().equals(ImageLayout.REPOSITORY) ->
          new Failure(none.text()).withExitCode(ExitCode.NO_SIGNATURE);
      case Denial.NoSignature none ->
          new Failure(none.text())
              .withExitCode(ExitCode.NO_SIGNATURE)
              .withHint("sign it with: countersign sign --key cosign.key " + none.image());
      case Denial.NoAttestation none -> new Failure(none.text());
      case Denial.AttestationUnmet unmet -> new Failure(unmet.text());
      case Denial.NoneProves none -> noneProves(none);
      case Denial.LimitReached limit -> noneProves(limit);
      case Denial.Unreadable unreadable -> noneProves(unreadable);
      case Denial.NotEnough few -> noneProves(few);
      case Denial.Revoked revoked -> new Failure(revoked.text());
      case Denial.NoRule rule -> new Failure(rule.text());
      case Denial.NoNamespace namespace -> new Failure(namespace.text());
      case Denial.AddressNotAllowed refused -> new Failure(refused.text());
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
