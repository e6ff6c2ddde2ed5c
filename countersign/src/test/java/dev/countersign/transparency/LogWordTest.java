package dev.countersign.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.transparency.LogEntry.InclusionProof;
import dev.countersign.trust.TrustedLog;
import dev.countersign.trust.Validity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogWordTest {
  private static final Bytes BODY =
      Bytes.utf8("{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\"}");
  private static final Bytes OTHER_BODY = Bytes.utf8("{\"apiVersion\":\"0.0.1\",\"kind\":\"x\"}");

  private final TestLog log = new TestLog();

  @Test
  void believesAPromiseAndItsTime() throws Exception {
    var entry = LogEntry.parse(log.promised(BODY));

    assertEquals(
        new LogWord.Recorded(log.trusted(), Optional.of(TestLog.TIME)),
        LogWord.of(entry, log.trusted()));
  }

  @Test
  void tellsNoTimeWithoutAPromise() throws Exception {
    var proof = Optional.of(TestLog.proof(log.checkpoint(BODY)));

    assertEquals(
        new LogWord.Recorded(log.trusted(), Optional.empty()),
        LogWord.of(log.entry(BODY, Optional.empty(), proof), log.trusted()));
  }

  @Test
  void refutesAPromiseOfAnotherEntryTimePlaceOrLog() throws Exception {
    var good = LogEntry.parse(log.promised(BODY));
    var refuted = "the log did not sign the promise to include the entry";

    assertEquals(refuted, problem(with(good, good.logIndex(), good.integratedTime(), OTHER_BODY)));
    assertEquals(refuted, problem(with(good, good.logIndex(), good.integratedTime() + 1, BODY)));
    assertEquals(refuted, problem(with(good, good.logIndex() + 1, good.integratedTime(), BODY)));
    assertEquals(new LogWord.Refuted(refuted), LogWord.of(good, new TestLog().trusted()));
    assertEquals("the log's promise has no time", problem(with(good, good.logIndex(), 0, BODY)));
  }

  private static LogEntry with(LogEntry entry, long index, long time, Bytes body) {
    return new LogEntry(
        entry.logId(), index, time, entry.kind(), body, entry.promise(), entry.proof());
  }

  @Test
  void demandsSomethingOfTheLog() throws Exception {
    assertEquals(
        "the log entry has neither a promise nor a proof of inclusion",
        problem(log.entry(BODY, Optional.empty(), Optional.empty())));
    assertEquals(
        "the proof of inclusion has no checkpoint",
        problem(log.entry(BODY, Optional.empty(), Optional.of(TestLog.proof("")))));
  }

  @Test
  void looksAtTheProofThoughThereIsAPromise() throws Exception {
    var promised = LogEntry.parse(log.promised(BODY));
    var elsewhere =
        log.entry(BODY, promised.promise(), Optional.of(TestLog.proof(log.checkpoint(OTHER_BODY))));

    assertEquals(
        "the proof of inclusion is for another tree than the checkpoint", problem(elsewhere));
    assertEquals(
        "the proof of inclusion leads to another root",
        problem(
            TestLog.withProof(
                promised,
                Optional.of(
                    new InclusionProof(0, 1, MerkleTree.leaf(OTHER_BODY), List.of(), "")))));
    assertEquals(
        "the log did not sign the checkpoint",
        problem(
            log.entry(
                BODY,
                promised.promise(),
                Optional.of(TestLog.proof(new TestLog().checkpoint(BODY))))));
  }

  /// Bundles of version 0.1 may have such: what the log signed there is the promise.
  @Test
  void needsNoCheckpointBesideAPromise() throws Exception {
    var promised = LogEntry.parse(log.promised(BODY));
    var proof = new InclusionProof(0, 1, MerkleTree.leaf(BODY), List.of(), "");

    assertEquals(
        new LogWord.Recorded(log.trusted(), Optional.of(TestLog.TIME)),
        LogWord.of(TestLog.withProof(promised, Optional.of(proof)), log.trusted()));
  }

  @Test
  void comparesTheSizeOfTheTreeToo() throws Exception {
    var leaf = Base64Text.encode(MerkleTree.leaf(BODY));

    assertEquals(
        "the proof of inclusion is for another tree than the checkpoint",
        problem(noted(log.note("log.example - 42", "2", leaf))));
  }

  @Test
  void readsCheckpointsStrictly() throws Exception {
    var leaf = Base64Text.encode(MerkleTree.leaf(BODY));

    assertEquals(
        "the log did not sign the checkpoint", problem(noted(log.note("log.example", "1", leaf))));
    assertEquals(
        "expected a size in the checkpoint, got 01",
        problem(noted(log.note("log.example - 42", "01", leaf))));
    assertEquals(
        "expected a root hash in the checkpoint, got 2 bytes",
        problem(noted(log.note("log.example - 42", "1", "aGk="))));
    assertEquals(
        "expected origin, size and root in the checkpoint, got less",
        problem(noted(log.note("log.example - 42", "1"))));
    assertEquals(
        "expected origin, size and root in the checkpoint, got less", problem(noted("\n\n")));
    assertEquals(
        "expected an empty line in the checkpoint, got none",
        problem(noted("log.example - 42\n1\n" + leaf + "\n")));
    assertEquals(
        "expected a signature line in the checkpoint, got another",
        problem(noted(log.checkpoint(BODY) + "- x aGVsbG8=\n")));
    assertEquals(
        "expected at most 64 signatures, got more",
        problem(noted(log.checkpoint(BODY) + "\u2014 x aGVsbG8=\n".repeat(64))));
  }

  private LogEntry noted(String checkpoint) {
    return log.entry(BODY, Optional.empty(), Optional.of(TestLog.proof(checkpoint)));
  }

  /// A window that ends, or begins, with the very second holds it.
  @Test
  void believesAKeyInItsTimeOnly() throws Exception {
    var second = TestLog.TIME;

    assertEquals("", problem(new Validity(second, second)));
    assertEquals(
        "the log's key counts until 2026-02-03T04:05:05Z, and not at 2026-02-03T04:05:06Z",
        problem(new Validity(Instant.MIN, second.minusSeconds(1))));
    assertEquals(
        "the log's key counts from 2026-02-03T04:05:07Z, and not at 2026-02-03T04:05:06Z",
        problem(new Validity(second.plusSeconds(1), Instant.MAX)));
  }

  private String problem(Validity validity) throws Exception {
    var entry = LogEntry.parse(log.promised(BODY));
    var trusted = log.trusted();
    return describe(
        LogWord.of(
            entry, new TrustedLog(trusted.baseUrl(), trusted.id(), trusted.key(), validity)));
  }

  private String problem(LogEntry entry) {
    return describe(LogWord.of(entry, log.trusted()));
  }

  private static String describe(LogWord word) {
    return switch (word) {
      case LogWord.Recorded recorded -> "";
      case LogWord.Refuted(String problem) -> problem;
    };
  }
}
