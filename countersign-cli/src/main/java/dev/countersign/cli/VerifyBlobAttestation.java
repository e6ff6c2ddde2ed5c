package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.OneLine;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Signature;
import dev.countersign.verify.Claims;
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.VerificationResult.Rejected;
import dev.countersign.verify.VerificationResult.Verified;
import dev.countersign.verify.Verifier;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// Verifies an attestation of a file, by a key or an identity.
final class VerifyBlobAttestation implements Command {
  private static final Flag BUNDLE = Flag.text("bundle", "file with the attestation");
  private static final Flag SIGNATURE =
      Flag.text("signature", "file with the attestation as a bare envelope");
  private static final Flag DIGEST =
      Flag.text("digest", "SHA-256 of the file in hex, instead of the file");
  private static final Flag DIGEST_ALGORITHM =
      Flag.text("digestAlg", "algorithm of --digest: sha256");

  @Override
  public Usage usage() {
    return new Usage(
        "verify-blob-attestation",
        "Verifies an attestation of a file. With --key nobody is asked.",
        "FILE",
        0,
        1,
        VerifyFlags.withForBlobs(
            List.of(
                Verify.KEY,
                AttestationSource.TYPE,
                BUNDLE,
                SIGNATURE,
                DIGEST,
                DIGEST_ALGORITHM,
                DetachedMaterial.CERTIFICATE,
                DetachedMaterial.TIMESTAMP,
                Verify.CHECK_CLAIMS,
                Verify.REQUIRE_LOG,
                Verify.IGNORE_LOG)),
        """
        countersign verify-blob-attestation --key cosign.pub --type slsaprovenance1 \\
          --bundle app.intoto.json app.tar.gz
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    var type = AttestationSource.type(arguments).uri();
    var access = new RegistryAccess(arguments, world);
    var signature = signature(arguments, world, new DetachedMaterial(arguments, world, access));
    var authority = new WantedSigner(arguments, world, access).read(Images.deadline(arguments));
    var result =
        arguments.isOn(Verify.CHECK_CLAIMS)
            ? Verifier.verify(
                digest(arguments, world),
                signature,
                authority,
                new Claims.Attestation(type),
                Instant.now())
            : Verifier.verify(
                Digest.of(Bytes.utf8("")), // which nobody looks at
                signature,
                authority,
                new Claims.InsecureAttestation(type),
                Instant.now());
    return switch (result) {
      case Verified verified -> {
        tell(arguments, verified, world);
        yield ExitCode.DONE;
      }
      case Rejected(var wanted, var reason) -> throw new Failure(text(reason, arguments));
    };
  }

  private static Signature signature(Arguments arguments, World world, DetachedMaterial material)
      throws Failure, IOException {
    material.refuseBeside(BUNDLE);
    var bundle = arguments.find(BUNDLE);
    var envelope = arguments.find(SIGNATURE);
    if (bundle.isPresent() == envelope.isPresent()) {
      throw new Failure(
          "expected one of --bundle and --signature, got "
              + (bundle.isPresent() ? "both" : "none"));
    }
    return bundle.isPresent()
        ? BlobAttestation.readBundle(world, bundle.get())
        : BlobAttestation.readEnvelope(
            world, envelope.orElseThrow(), material.read(Images.deadline(arguments)));
  }

  private static Digest digest(Arguments arguments, World world) throws Failure, IOException {
    var digest = arguments.find(DIGEST);
    var algorithm = arguments.find(DIGEST_ALGORITHM);
    if (!arguments.operands().isEmpty()) {
      if (digest.isPresent()) {
        throw new Failure("expected a file or --digest, got both");
      }
      return BlobSource.of(world, arguments.operands().getFirst()).sha256();
    }
    if (digest.isEmpty() || algorithm.isEmpty()) {
      throw new Failure("expected a file, or --digest and --digestAlg, got none");
    }
    if (!algorithm.get().equals("sha256")) {
      throw new Failure("expected --digestAlg sha256, got " + OneLine.of(algorithm.get()));
    }
    return BlobDigest.parse(DIGEST, digest.get());
  }

  private static void tell(Arguments arguments, Verified verified, World world) {
    ProofLines.warnOfNoLog(verified.authority(), List.of(verified.log()), world);
    if (!arguments.isOn(Verify.CHECK_CLAIMS)) {
      world.warn("The attestation may be about another file (--check-claims=false).");
    }
    ProofLines.warnOfLog(List.of(verified.log()), world);
    world.stderr().println("Verified OK");
  }

  /// In cosign's words where scripts look for them.
  private static String text(Reason reason, Arguments arguments) {
    return switch (reason) {
      case Reason.OtherPredicate(String type) ->
          "invalid predicate type, expected %s got %s"
              .formatted(arguments.text(AttestationSource.TYPE), OneLine.of(type));
      case Reason.OtherImage _ ->
          "failed to verify signature: provided artifact digest does not match any digest in"
              + " statement";
      case Reason.SignedAFile _ -> "expected an attestation, got a signature";
      case Reason.WrongKey _,
          Reason.SignedWithCertificate _,
          Reason.SignedAStatement _,
          Reason.OtherFile _,
          Reason.FileNotAtHand _,
          Reason.MissingAnnotation _,
          Reason.OtherName _,
          Reason.NoSignedName _,
          Reason.AuthorityNotValid _,
          Reason.OtherLogEntry _,
          Reason.SignedWithKey _,
          Reason.OtherIdentity _,
          Reason.UntrustedCertificate _,
          Reason.NotPublished _,
          Reason.NotByItsCertificate _,
          Reason.LogRefuted _,
          Reason.NotLogged _,
          Reason.OtherTimestamp _,
          Reason.NotTimestamped _,
          Reason.NoTime _,
          Reason.Malformed _ ->
          "failed to verify signature: " + reason.text();
    };
  }
}
