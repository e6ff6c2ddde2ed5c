package dev.countersign.verify;

import dev.countersign.transparency.LogEntry;
import dev.countersign.transparency.LogWord;
import dev.countersign.trust.CertificateAuthority;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What others have seen of a signature.
public sealed interface LogEvidence {
  /// What entries that were compared with the signature, and no more, are.
  static LogEvidence of(List<LogEntry> entries) {
    return entries.isEmpty() ? new None() : new Unverified(entries);
  }

  /// When others who are trusted have seen it.
  default List<Instant> times() {
    return List.of();
  }

  /// What is wrong with a timestamp that was passed over, in one line.
  default Optional<String> problem() {
    return Optional.empty();
  }

  /// No entry came with it.
  record None() implements LogEvidence {}

  /// Entries came with it, and each names this signature, key and payload; whether a log made them
  /// was not verified.
  record Unverified(List<LogEntry> entries) implements LogEvidence {
    public Unverified {
      entries = List.copyOf(entries);
    }
  }

  /// Logs and timestamp authorities that are trusted saw it.
  ///
  /// @param problem what is wrong with a timestamp that was passed over, in one line
  record Verified(
      List<LogWord.Recorded> logs, List<Timestamped> timestamps, Optional<String> problem)
      implements LogEvidence {
    public Verified {
      logs = List.copyOf(logs);
      timestamps = List.copyOf(timestamps);
    }

    @Override
    public List<Instant> times() {
      return Stream.concat(
              logs.stream().flatMap(log -> log.time().stream()),
              timestamps.stream().map(Timestamped::time))
          .distinct()
          .toList();
    }
  }

  /// The word of one timestamp authority.
  record Timestamped(CertificateAuthority authority, Instant time) {}
}
