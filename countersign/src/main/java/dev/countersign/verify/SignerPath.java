package dev.countersign.verify;

import dev.countersign.certificate.Certificate;
import dev.countersign.certificate.CertificatePath;
import dev.countersign.certificate.Purpose;
import dev.countersign.certificate.SignedCertificateTimestamp;
import dev.countersign.format.FormatException;
import dev.countersign.trust.CertificateAuthority;
import dev.countersign.trust.TrustedLog;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.verify.VerificationResult.Reason;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Leads from a signer's certificate to an authority that is trusted.
///
/// @param times at each of which the whole path must be valid
record SignerPath(TrustedRoot trust, List<Instant> times) {
  /// The answer.
  sealed interface Answer {
    record Found(CertificatePath path) implements Answer {}

    /// No authority leads to it.
    ///
    /// @param problem one line
    record NotFound(String problem) implements Answer {}
  }

  /// Tries each authority with its own intermediates and, where it has none, with those that came
  /// with the signature, in their order; so that the work is bounded by the authorities.
  Answer find(List<Certificate> presented) {
    var leaf = presented.getFirst();
    var brought =
        presented.stream().skip(1).filter(certificate -> !certificate.isSelfIssued()).toList();
    var problem = "no trusted authority issued the certificate";
    for (var authority : trust.certificateAuthorities()) {
      var intermediates = authority.intermediates().isEmpty() ? brought : authority.intermediates();
      var path = new CertificatePath(leaf, intermediates, authority.root());
      if (leaf.names(path.issuer())) {
        var wrong = problem(authority, path);
        if (wrong.isEmpty()) {
          return new Answer.Found(path);
        }
        problem = wrong.get();
      }
    }
    return new Answer.NotFound(problem);
  }

  private Optional<String> problem(CertificateAuthority authority, CertificatePath path) {
    for (var time : times) {
      if (!authority.validity().contains(time)) {
        return Optional.of(
            "its certificate authority counts " + authority.validity() + ", and not at " + time);
      }
      var problem = path.problem(time, Purpose.CODE_SIGNING);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  /// Why too few logs have promised to publish the certificate; empty if at least `wanted` have.
  Optional<Reason> unpublished(CertificatePath path, int wanted) throws FormatException {
    var logs = new HashSet<TrustedLog>();
    for (var timestamp : SignedCertificateTimestamp.in(path.leaf())) {
      var log = trust.certificateLog(timestamp.logId());
      if (log.isPresent()
          && log.get().validity().contains(timestamp.time())
          && timestamp.isSignedBy(log.get().key(), path.leaf(), path.issuer())) {
        logs.add(log.get());
      }
    }
    return logs.size() < wanted
        ? Optional.of(new Reason.NotPublished(logs.size(), wanted))
        : Optional.empty();
  }
}
