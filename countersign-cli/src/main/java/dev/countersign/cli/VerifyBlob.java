package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.OneLine;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.verify.Authority;
import dev.countersign.verify.BlobResult;
import dev.countersign.verify.BlobVerifier;
import dev.countersign.verify.VerificationResult.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Verifies the signature of a file, by a key or an identity.
final class VerifyBlob implements Command {
  private static final Flag BUNDLE =
      Flag.text("bundle", "file with the signature: a bundle, a sigstore one or cosign's old one");
  private static final Flag SIGNATURE =
      Flag.text("signature", "the signature alone: a file, an https URL or base64");

  @Override
  public Usage usage() {
    return new Usage(
        "verify-blob",
        "Verifies the signature of a file. With --key nobody is asked.",
        "FILE|-|sha256:DIGEST",
        1,
        1,
        VerifyFlags.withForBlobs(
            List.of(
                Verify.KEY,
                BUNDLE,
                SIGNATURE,
                DetachedMaterial.CERTIFICATE,
                DetachedMaterial.TIMESTAMP,
                Verify.REQUIRE_LOG,
                Verify.IGNORE_LOG)),
        """
        countersign verify-blob --key cosign.pub --bundle app.sigstore.json app.tar.gz
        countersign verify-blob --key cosign.pub --signature app.sig app.tar.gz

        Exit codes: 0 verified, 1 anything else.
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    requireOneStandardInput(arguments);
    var name = arguments.operands().getFirst();
    var source = BlobSource.findOrKnown(world, name);
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var signature = signature(arguments, world, access, deadline);
    var authority = new WantedSigner(arguments, world, access).read(deadline);
    var blob =
        source.read(
            BlobVerifier.hashes(signature, authority), BlobVerifier.schemes(signature, authority));
    return switch (BlobVerifier.verify(blob, signature, authority, Instant.now())) {
      case BlobResult.Verified verified -> {
        report(verified, world);
        yield ExitCode.DONE;
      }
      case BlobResult.Rejected(_, Reason reason) -> throw failure(arguments, authority, reason);
    };
  }

  private static void requireOneStandardInput(Arguments arguments) throws Failure {
    var places =
        Stream.of(
            Optional.of(arguments.operands().getFirst()),
            arguments.find(BUNDLE),
            arguments.find(SIGNATURE));
    if (places.filter(Optional.of("-")::equals).count() > 1) {
      throw new Failure("expected standard input (-) once, got it several times");
    }
  }

  /// The one signature that counts. A bundle that is given is never passed over for another
  /// (CVE-2022-36056).
  private static BlobSignature signature(
      Arguments arguments, World world, RegistryAccess access, Deadline deadline)
      throws Failure, IOException {
    var bundle = arguments.find(BUNDLE);
    var alone = arguments.find(SIGNATURE);
    if (bundle.isEmpty() && alone.isEmpty()) {
      throw new Failure("expected --bundle or --signature, got neither");
    }
    var material = new DetachedMaterial(arguments, world, access);
    material.refuseBeside(BUNDLE);
    var bare = new BareValue(world, access, SIGNATURE);
    if (bundle.isEmpty()) {
      var bytes = bare.read(alone.orElseThrow(), deadline);
      return material.isNamed() ? material.with(bytes, deadline) : new BlobSignature.Bare(bytes);
    }
    var signature = BundleFile.read(world, bundle.get()).signature();
    if (alone.isPresent() && !holds(signature, bare.read(alone.get(), deadline))) {
      throw new Failure("expected the signature of the bundle in --signature, got another");
    }
    return signature;
  }

  private static boolean holds(BlobSignature signature, Bytes bytes) {
    return switch (signature) {
      case BlobSignature.Bare(Bytes own) -> own.equals(bytes);
      case BlobSignature.Old old -> old.signature().equals(bytes);
      case BlobSignature.Bundled(Bundle bundle) ->
          switch (bundle.content()) {
            case Bundle.Content.Message message -> message.signature().equals(bytes);
            case Bundle.Content.Enveloped(var envelope) -> envelope.signatures().contains(bytes);
          };
    };
  }

  private static void report(BlobResult.Verified verified, World world) {
    ProofLines.warnOfNoLog(verified.authority(), List.of(verified.log()), world);
    ProofLines.warnOfLog(List.of(verified.log()), world);
    world
        .stderr()
        .println(
            "  - signature by %s, %s"
                .formatted(ProofLines.name(verified.signer()), verified.scheme()));
    world.stderr().println("Verified OK");
  }

  private static Failure failure(Arguments arguments, Authority authority, Reason reason) {
    var name = arguments.operands().getFirst();
    var failure =
        new Failure(
            "cannot verify %s with %s: %s"
                .formatted(OneLine.of(name), OneLine.of(authority.name()), describe(reason)));
    if (reason instanceof Reason.NotLogged && arguments.find(SIGNATURE).isPresent()) {
      return failure.withHint("no log is searched for an entry: it comes in a --bundle");
    }
    return reason instanceof Reason.SignedAStatement
        ? failure.withHint("statements are for verify-blob-attestation")
        : failure;
  }

  /// Why a signature proves nothing about a file, in one line.
  static String describe(Reason reason) {
    if (reason instanceof Reason.WrongKey) {
      return "signed by another key, or for another file";
    }
    return reason instanceof Reason.FileNotAtHand(var missing) && missing.isEmpty()
        ? reason.text() + " (at most " + BlobSource.MOST_MEBIBYTES + " MiB are kept)"
        : reason.text();
  }
}
