package dev.countersign.verify;

import dev.countersign.certificate.Identity;
import dev.countersign.format.FormatException;
import dev.countersign.transparency.Signatory;
import dev.countersign.verify.VerificationResult.Reason;
import java.time.Instant;
import java.util.List;

/// Asks whether a certificate that came with a signature is that of a wanted identity, one step
/// after another; the signature itself is opened with its key afterwards ([client
/// specification](https://github.com/sigstore/architecture-docs/blob/main/client-spec.md)).
record CertificateCheck(Authority.Keyless authority, Instant now) {
  /// The answer.
  sealed interface Answer {
    /// The certificate's key may open the signature.
    record Believed(Signer.CertificateHolder signer, LogEvidence evidence) implements Answer {}

    record Disbelieved(Reason reason) implements Answer {}
  }

  Answer check(Presented presented) throws FormatException {
    if (presented.certificates().isEmpty()) {
      return new Answer.Disbelieved(new Reason.SignedWithKey());
    }
    var certificate = presented.certificates().getFirst();
    var identity = Identity.of(certificate);
    var mismatch = authority.identity().mismatch(identity);
    if (mismatch.isPresent()) {
      return new Answer.Disbelieved(new Reason.OtherIdentity(mismatch.get()));
    }
    var signatory = new Signatory.ByCertificate(certificate.der());
    return switch (new Witnesses(authority.witnessing(), now).ask(presented, signatory)) {
      case Witnesses.Answer.Unseen(Reason reason) -> new Answer.Disbelieved(reason);
      case Witnesses.Answer.Seen(LogEvidence evidence) ->
          checkAt(presented, new Signer.CertificateHolder(certificate, identity), evidence);
    };
  }

  private Answer checkAt(Presented presented, Signer.CertificateHolder signer, LogEvidence evidence)
      throws FormatException {
    var times = times(evidence);
    if (times.isEmpty()) {
      return new Answer.Disbelieved(new Reason.NoTime(evidence.problem()));
    }
    var witnessing = authority.witnessing();
    var search = new SignerPath(witnessing.trust(), times);
    return switch (search.find(presented.certificates())) {
      case SignerPath.Answer.NotFound(String problem) ->
          new Answer.Disbelieved(new Reason.UntrustedCertificate(problem));
      case SignerPath.Answer.Found(var path) -> {
        var unpublished = search.unpublished(path, witnessing.certificateLogs());
        yield unpublished.isPresent()
            ? new Answer.Disbelieved(unpublished.get())
            : new Answer.Believed(signer, evidence);
      }
    };
  }

  /// When the signature was there, as others saw it. The present only counts where nobody was asked
  /// to have seen it: such a certificate must be valid now.
  private List<Instant> times(LogEvidence evidence) {
    var witnessing = authority.witnessing();
    return evidence.times().isEmpty() && witnessing.logs() == 0 && witnessing.timestamps() == 0
        ? List.of(now)
        : evidence.times();
  }
}
