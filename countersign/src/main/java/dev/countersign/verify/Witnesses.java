package dev.countersign.verify;

import dev.countersign.certificate.Certificate;
import dev.countersign.certificate.CertificatePath;
import dev.countersign.certificate.Purpose;
import dev.countersign.certificate.SignedTimestamp;
import dev.countersign.format.FormatException;
import dev.countersign.transparency.LogWord;
import dev.countersign.transparency.LogWord.Recorded;
import dev.countersign.transparency.LogWord.Refuted;
import dev.countersign.transparency.Signatory;
import dev.countersign.trust.CertificateAuthority;
import dev.countersign.trust.TrustedLog;
import dev.countersign.verify.LogEvidence.Timestamped;
import dev.countersign.verify.VerificationResult.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks the logs and timestamp authorities that are trusted what they saw of a signature, by what
/// came with it; nothing is fetched.
record Witnesses(Witnessing witnessing, Instant now) {
  /// The answer.
  sealed interface Answer {
    record Seen(LogEvidence evidence) implements Answer {}

    /// Too few saw it, or something that came with it is false.
    record Unseen(Reason reason) implements Answer {}
  }

  /// What is seen of a signature by a key: where nobody need have seen it, the entries that came
  /// with it must be about it, and no more is asked.
  static Answer ask(Authority.Key authority, Presented presented, Instant now)
      throws FormatException {
    var signatory = new Signatory.ByKey(authority.key());
    if (authority.witnessing().isPresent()) {
      return new Witnesses(authority.witnessing().get(), now).ask(presented, signatory);
    }
    return aboutAnother(presented, signatory)
        .<Answer>map(Answer.Unseen::new)
        .orElseGet(() -> new Answer.Seen(LogEvidence.of(presented.logEntries())));
  }

  Answer ask(Presented presented, Signatory signatory) throws FormatException {
    var other = aboutAnother(presented, signatory);
    if (other.isPresent()) {
      return new Answer.Unseen(other.get());
    }
    var logs = new ArrayList<Recorded>();
    for (var entry : presented.logEntries()) {
      var log = witnessing.trust().log(entry.logId());
      if (log.isPresent()) {
        switch (LogWord.of(entry, log.get())) {
          case Recorded recorded -> logs.add(recorded);
          case Refuted(String problem) -> {
            return new Answer.Unseen(new Reason.LogRefuted(problem));
          }
        }
      }
    }
    var timestamps = new Timestamps();
    for (var der : presented.timestamps()) {
      var timestamp = SignedTimestamp.parse(der);
      if (presented.stamped().stream().noneMatch(timestamp::isOf)) {
        return new Answer.Unseen(new Reason.OtherTimestamp());
      }
      timestamps.add(timestamp);
    }
    return judge(new LogEvidence.Verified(logs, timestamps.proven, timestamps.problem));
  }

  /// An entry must be about this signature, this key or certificate and this content, or any entry
  /// would vouch for any signature (CVE-2022-23649, CVE-2026-22703).
  private static Optional<Reason> aboutAnother(Presented presented, Signatory signatory)
      throws FormatException {
    var logged = presented.loggedBy(signatory);
    for (var entry : presented.logEntries()) {
      var mismatch = entry.mismatch(logged);
      if (mismatch.isPresent()) {
        return Optional.of(new Reason.OtherLogEntry(mismatch.get()));
      }
    }
    return Optional.empty();
  }

  private Answer judge(LogEvidence.Verified evidence) {
    var outdated = outdatedLog(evidence);
    if (outdated.isPresent()) {
      return new Answer.Unseen(new Reason.LogRefuted(outdated.get()));
    }
    long logs = evidence.logs().stream().map(Recorded::log).distinct().count();
    if (logs < witnessing.logs()) {
      return new Answer.Unseen(new Reason.NotLogged(logs, witnessing.logs()));
    }
    long authorities =
        evidence.timestamps().stream().map(Timestamped::authority).distinct().count();
    return authorities < witnessing.timestamps()
        ? new Answer.Unseen(
            new Reason.NotTimestamped(authorities, witnessing.timestamps(), evidence.problem()))
        : new Answer.Seen(evidence);
  }

  /// A log that tells no time of its own must have been one at the times that others tell; without
  /// any, now.
  private Optional<String> outdatedLog(LogEvidence.Verified evidence) {
    var times = evidence.times().isEmpty() ? List.of(now) : evidence.times();
    for (var recorded : evidence.logs()) {
      TrustedLog log = recorded.log();
      for (var time : recorded.time().isPresent() ? List.<Instant>of() : times) {
        if (!log.validity().contains(time)) {
          return Optional.of("the log's key counts " + log.validity() + ", and not at " + time);
        }
      }
    }
    return Optional.empty();
  }

  /// The timestamps that trusted authorities signed. Another's proves nothing and takes nothing.
  private final class Timestamps {
    private final List<Timestamped> proven = new ArrayList<>();
    private Optional<String> problem = Optional.empty();

    void add(SignedTimestamp timestamp) {
      var found = false;
      for (var authority : witnessing.trust().timestampAuthorities()) {
        for (var certificate : signers(authority, timestamp)) {
          var wrong = problem(authority, certificate, timestamp.time());
          if (wrong.isEmpty()) {
            proven.add(new Timestamped(authority, timestamp.time()));
            found = true;
          } else {
            problem = wrong;
          }
        }
      }
      if (!found && problem.isEmpty()) {
        problem = Optional.of("no trusted authority signed the timestamp");
      }
    }

    /// The certificate that the trusted root names, or one that came with the timestamp, whose path
    /// is verified then.
    private List<Certificate> signers(CertificateAuthority authority, SignedTimestamp timestamp) {
      var first = authority.chain().getFirst();
      var candidates = first.isAuthority() ? timestamp.certificates() : List.of(first);
      return candidates.stream().filter(timestamp::isSignedBy).limit(1).toList();
    }

    private Optional<String> problem(
        CertificateAuthority authority, Certificate certificate, Instant time) {
      if (!authority.validity().contains(time)) {
        return Optional.of(
            "the timestamp authority counts " + authority.validity() + ", and not at " + time);
      }
      return new CertificatePath(certificate, authority.intermediates(), authority.root())
          .problem(time, Purpose.TIME_STAMPING)
          .map(text -> "the timestamp authority: " + text);
    }
  }
}
