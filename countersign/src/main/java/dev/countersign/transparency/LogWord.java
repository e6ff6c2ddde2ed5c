package dev.countersign.transparency;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.trust.TrustedLog;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/// What a log says of an entry that carries its name.
public sealed interface LogWord {
  /// It recorded the entry.
  ///
  /// @param time when it did; empty where it tells no time
  record Recorded(TrustedLog log, Optional<Instant> time) implements LogWord {}

  /// Something that stands beside the entry is not the log's word, or nothing is.
  ///
  /// @param problem one line
  record Refuted(String problem) implements LogWord {}

  /// What `log` says of `entry`: all that came with it must be true, and something must have come.
  static LogWord of(LogEntry entry, TrustedLog log) {
    try {
      return new Examination(entry, log).word();
    } catch (FormatException e) {
      return new Refuted(e.problem());
    }
  }

  /// The steps.
  record Examination(LogEntry entry, TrustedLog log) {
    LogWord word() throws FormatException {
      var problem = promiseProblem();
      if (problem.isEmpty()) {
        problem = proofProblem();
      }
      if (problem.isPresent()) {
        return new Refuted(problem.get());
      }
      var time = entry.promise().map(promise -> Instant.ofEpochSecond(entry.integratedTime()));
      if (time.isPresent() && !log.validity().contains(time.get())) {
        return new Refuted("the log's key counts " + log.validity() + ", and not at " + time.get());
      }
      return new Recorded(log, time);
    }

    /// The signed entry timestamp ([Rekor's
    /// API](https://github.com/sigstore/rekor/blob/main/openapi.yaml)): a signature over the entry
    /// and its time as canonical JSON ([RFC 8785](https://www.rfc-editor.org/rfc/rfc8785)).
    private Optional<String> promiseProblem() {
      if (entry.promise().isEmpty()) {
        return Optional.empty();
      }
      if (entry.integratedTime() == 0) {
        return Optional.of("the log's promise has no time");
      }
      var promised =
          JsonObject.empty()
              .with("body", Base64Text.encode(entry.body()))
              .with("integratedTime", entry.integratedTime())
              .with("logID", HexFormat.of().formatHex(entry.logId().toArray()))
              .with("logIndex", entry.logIndex())
              .toBytes();
      return log.key().verify(promised, entry.promise().get()).isPresent()
          ? Optional.empty()
          : Optional.of("the log did not sign the promise to include the entry");
    }

    private Optional<String> proofProblem() throws FormatException {
      if (entry.proof().isEmpty()) {
        return entry.promise().isPresent()
            ? Optional.empty()
            : Optional.of("the log entry has neither a promise nor a proof of inclusion");
      }
      var proof = entry.proof().get();
      var root =
          MerkleTree.root(
              proof.logIndex(), proof.treeSize(), MerkleTree.leaf(entry.body()), proof.hashes());
      if (!root.equals(Optional.of(proof.rootHash()))) {
        return Optional.of("the proof of inclusion leads to another root");
      }
      if (proof.checkpoint().isEmpty()) {
        return entry.promise().isPresent()
            ? Optional.empty()
            : Optional.of("the proof of inclusion has no checkpoint");
      }
      return checkpointProblem(proof.checkpoint(), proof.treeSize(), proof.rootHash());
    }

    private Optional<String> checkpointProblem(String note, long size, Bytes root)
        throws FormatException {
      var checkpoint = Checkpoint.parse(note);
      if (!checkpoint.isSignedBy(log, kind())) {
        return Optional.of("the log did not sign the checkpoint");
      }
      return checkpoint.size() == size && checkpoint.root().equals(root)
          ? Optional.empty()
          : Optional.of("the proof of inclusion is for another tree than the checkpoint");
    }

    private Checkpoint.Kind kind() throws FormatException {
      return EntryBody.isOfTiles(EntryBody.kind(entry.body()))
          ? Checkpoint.Kind.TILES
          : Checkpoint.Kind.TREE;
    }
  }
}
