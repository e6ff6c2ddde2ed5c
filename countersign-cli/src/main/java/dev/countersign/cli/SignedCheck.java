package dev.countersign.cli;

import dev.countersign.certificate.Certificate;
import dev.countersign.certificate.Identity;
import dev.countersign.format.Blob;
import dev.countersign.format.FormatException;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Signature;
import dev.countersign.signature.Statement;
import dev.countersign.sigstore.SigningServices.Signed;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.trust.Validity;
import dev.countersign.verify.Authority;
import dev.countersign.verify.BlobResult;
import dev.countersign.verify.BlobVerifier;
import dev.countersign.verify.Claims;
import dev.countersign.verify.IdentityMatch;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.Verifier;
import dev.countersign.verify.Witnessing;
import java.time.Instant;
import java.util.Optional;

/// Verifies a signature that was just made, as its verifiers will, before anybody keeps it.
record SignedCheck(TrustedRoot trust) {
  /// @throws Failure if those who trust the same would reject it
  void require(Signed signed) throws Failure, FormatException {
    var reason = judge(signed);
    if (reason.isPresent()) {
      throw new Failure(
          "the signature would be rejected: %s: %s"
              .formatted(reason.get().code(), VerifyBlob.describe(reason.get())));
    }
  }

  private Optional<Reason> judge(Signed signed) throws FormatException {
    var bundle = signed.bundle();
    var authority = authority(signed);
    var now = Instant.now();
    return switch (bundle.content()) {
      case Bundle.Content.Enveloped(Envelope envelope) -> {
        var statement = Statement.parse(envelope.unverifiedPayload());
        var claims = new Claims.Attestation(statement.predicateType());
        var image =
            statement.images().stream()
                .findFirst()
                .orElseThrow(
                    () -> new FormatException("expected a subject with a SHA-256, got none"));
        yield switch (Verifier.verify(
            image, new Signature.Bundled(bundle), authority, claims, now)) {
          case VerificationResult.Verified _ -> Optional.empty();
          case VerificationResult.Rejected(_, Reason reason) -> Optional.of(reason);
        };
      }
      case Bundle.Content.Message message -> {
        var digest =
            message
                .digest()
                .orElseThrow(() -> new FormatException("expected the hash of the file, got none"));
        var blob = Blob.ofHash(digest.algorithm(), digest.hash());
        yield switch (BlobVerifier.verify(
            blob, new BlobSignature.Bundled(bundle), authority, now)) {
          case BlobResult.Verified _ -> Optional.empty();
          case BlobResult.Rejected(_, Reason reason) -> Optional.of(reason);
        };
      }
    };
  }

  /// Whoever the certificate names: that it is the signer, the certificate authority has checked.
  private Authority authority(Signed signed) throws FormatException {
    var bundle = signed.bundle();
    int logs = bundle.logEntries().size();
    int timestamps = bundle.timestamps().size();
    return switch (bundle.material()) {
      case Bundle.Material.KeyHint _ ->
          new Authority.Key(
              "this key",
              signed.key(),
              Validity.ALWAYS,
              Optional.of(new Witnessing(trust, logs, timestamps, 0)));
      case Bundle.Material.Certificates(var chain) -> {
        var identity = Identity.of(Certificate.parse(chain.getFirst()));
        yield new Authority.Keyless(
            "this identity", exactly(identity), new Witnessing(trust, logs, timestamps, 1));
      }
    };
  }

  private static IdentityMatch exactly(Identity identity) throws FormatException {
    if (identity.subjects().isEmpty() || identity.issuer().isEmpty()) {
      throw new FormatException("expected a subject and an issuer in the certificate, got less");
    }
    return IdentityMatch.exactly(identity.subjects().getFirst(), identity.issuer().get());
  }
}
