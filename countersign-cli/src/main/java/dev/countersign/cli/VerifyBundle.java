package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.OneLine;
import dev.countersign.oci.Digest;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Signature;
import dev.countersign.verify.Authority;
import dev.countersign.verify.BlobResult;
import dev.countersign.verify.BlobVerifier;
import dev.countersign.verify.Claims;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.Verifier;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Verifies any sigstore bundle, as the sigstore-conformance suite calls it
/// ([protocol](https://github.com/sigstore/sigstore-conformance/blob/main/docs/cli_protocol.md)).
final class VerifyBundle implements Command {
  private static final Flag BUNDLE = Flag.text("bundle", "file with the sigstore bundle").ours();
  private static final Flag STAGING =
      Flag.off("staging", "trust sigstore's staging instance; use --trusted-root").ours();

  @Override
  public Usage usage() {
    return new Usage(
        "verify-bundle",
        "Verifies a sigstore bundle of a file, with its certificate, log and timestamps.",
        "FILE|sha256:DIGEST",
        1,
        1,
        List.of(
            BUNDLE,
            STAGING,
            Verify.KEY.ours(),
            WantedSigner.IDENTITY.ours(),
            WantedSigner.ISSUER.ours(),
            TrustFiles.TRUSTED_ROOT.ours()),
        """
        countersign verify-bundle --bundle app.sigstore.json \\
          --certificate-identity https://github.com/acme/app/.github/workflows/ci.yml@refs/heads/main \\
          --certificate-oidc-issuer https://token.actions.githubusercontent.com \\
          --trusted-root trusted_root.json app.tar.gz

        Whatever the statement in a bundle says of the file is accepted. One log must have recorded
        the signature, with --key too. Exit codes: 0 verified, 1 anything else.
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    if (arguments.isOn(STAGING)) {
      throw new Failure("--staging is not supported; name its root with --trusted-root");
    }
    var name = arguments.operands().getFirst();
    var source = BlobSource.findOrKnown(world, name);
    var bundle = bundle(arguments.require(BUNDLE), world);
    var authority =
        new WantedSigner(arguments, world, new RegistryAccess(arguments, world))
            .logged(Images.deadline(arguments));
    var reason = judge(bundle, source, authority);
    if (reason.isPresent()) {
      throw new Failure(
          "cannot verify %s: %s: %s"
              .formatted(OneLine.of(name), reason.get().code(), VerifyBlob.describe(reason.get())));
    }
    world.stderr().println("Verified OK");
    return ExitCode.DONE;
  }

  private static Bundle bundle(String name, World world) throws Failure, IOException {
    var file = BundleFile.read(world, name);
    try {
      return Bundle.parse(file.content());
    } catch (FormatException e) {
      throw new Failure("cannot use the bundle " + OneLine.of(name) + ": " + e.problem());
    }
  }

  private static Optional<Reason> judge(Bundle bundle, BlobSource source, Authority authority)
      throws Failure, IOException {
    return switch (bundle.content()) {
      case Bundle.Content.Message _ ->
          judgeFile(new BlobSignature.Bundled(bundle), source, authority);
      case Bundle.Content.Enveloped(Envelope envelope) ->
          judgeStatement(bundle, envelope, source, authority);
    };
  }

  private static Optional<Reason> judgeFile(
      BlobSignature signature, BlobSource source, Authority authority) throws IOException {
    var blob =
        source.read(
            BlobVerifier.hashes(signature, authority), BlobVerifier.schemes(signature, authority));
    return switch (BlobVerifier.verify(blob, signature, authority, Instant.now())) {
      case BlobResult.Verified _ -> Optional.empty();
      case BlobResult.Rejected(_, Reason reason) -> Optional.of(reason);
    };
  }

  private static Optional<Reason> judgeStatement(
      Bundle bundle, Envelope envelope, BlobSource source, Authority authority)
      throws Failure, IOException {
    var claims = new Claims.Attestation(envelope.unverifiedPredicateType().orElse(""));
    var result =
        Verifier.verify(
            sha256(source), new Signature.Bundled(bundle), authority, claims, Instant.now());
    return switch (result) {
      case VerificationResult.Verified _ -> Optional.empty();
      case VerificationResult.Rejected(_, Reason reason) -> Optional.of(reason);
    };
  }

  private static Digest sha256(BlobSource source) throws Failure, IOException {
    if (source instanceof BlobSource.Known(var algorithm, _) && algorithm != HashAlgorithm.SHA256) {
      throw new Failure("expected a file or its sha256 digest, got " + algorithm);
    }
    return source.sha256();
  }
}
