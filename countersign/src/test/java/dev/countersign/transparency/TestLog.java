package dev.countersign.transparency;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.SoftwareKey;
import dev.countersign.trust.TrustedLog;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.trust.Validity;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A log of one entry, which signs whatever it is told.
public final class TestLog {
  /// When it records, unless it is said otherwise.
  public static final Instant TIME = Instant.parse("2026-02-03T04:05:06Z");

  private static final String ORIGIN = "log.example - 42";

  private final SoftwareKey key = SoftwareKey.generate(new SecureRandom());
  private final Validity validity;
  private final Instant time;

  public TestLog() {
    this(Validity.ALWAYS);
  }

  public TestLog(Validity validity) {
    this(validity, TIME);
  }

  public TestLog(Validity validity, Instant time) {
    this.validity = validity;
    this.time = time;
  }

  /// As a verifier trusts it.
  public TrustedLog trusted() {
    return new TrustedLog("https://log.example", id(), key.publicKey(), validity);
  }

  /// Trust in this log and in nobody else.
  public TrustedRoot trust() {
    return new TrustedRoot(List.of(trusted()), List.of(), List.of(), List.of());
  }

  private Bytes id() {
    return HashAlgorithm.SHA256.of(key.publicKey().spki());
  }

  /// The body of an entry of Rekor 1 that says that the holder of `pem` signed `content` by
  /// `signature`.
  public static Bytes body(Bytes signature, String pem, Bytes content) {
    return Bytes.utf8(
        "{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\",\"spec\":{\"data\":{\"hash\":"
            + "{\"algorithm\":\"sha256\",\"value\":\"%s\"}},\"signature\":{\"content\":\"%s\","
                .formatted(HashAlgorithm.SHA256.hexOf(content), Base64Text.encode(signature))
            + "\"publicKey\":{\"content\":\"%s\"}}}}"
                .formatted(Base64Text.encode(Bytes.utf8(pem))));
  }

  /// The same of an envelope around `payload`.
  public static Bytes dsse(Bytes signature, String pem, Bytes payload) {
    return Bytes.utf8(
        "{\"apiVersion\":\"0.0.1\",\"kind\":\"dsse\",\"spec\":{\"payloadHash\":"
            + "{\"algorithm\":\"sha256\",\"value\":\"%s\"},\"signatures\":[{\"signature\":\"%s\","
                .formatted(HashAlgorithm.SHA256.hexOf(payload), Base64Text.encode(signature))
            + "\"verifier\":\"%s\"}]}}".formatted(Base64Text.encode(Bytes.utf8(pem))));
  }

  /// The entry `body` with a promise, as cosign keeps it beside a signature in tag form.
  public String promised(Bytes body) {
    return "{\"SignedEntryTimestamp\":\"%s\",\"Payload\":%s}"
        .formatted(Base64Text.encode(promise(body)), payload(body));
  }

  private Bytes promise(Bytes body) {
    return key.sign(Bytes.utf8(payload(body)));
  }

  private String payload(Bytes body) {
    return "{\"body\":\"%s\",\"integratedTime\":%d,\"logID\":\"%s\",\"logIndex\":7}"
        .formatted(
            Base64Text.encode(body),
            time.getEpochSecond(),
            HexFormat.of().formatHex(id().toArray()));
  }

  /// The entry `body` with a promise and with the proof that it is the log's only one.
  public LogEntry proven(Bytes body) {
    return entry(body, Optional.of(promise(body)), Optional.of(proof(checkpoint(body))));
  }

  /// An entry of this log with whatever stands beside it.
  public LogEntry entry(
      Bytes body, Optional<Bytes> promise, Optional<LogEntry.InclusionProof> proof) {
    return new LogEntry(
        id(),
        7,
        promise.isPresent() ? time.getEpochSecond() : 0,
        Optional.empty(),
        body,
        promise,
        proof.map(one ->
            new LogEntry.InclusionProof(0, 1, MerkleTree.leaf(body), List.of(), one.checkpoint())));
  }

  /// The same entry with another proof, or with none.
  static LogEntry withProof(LogEntry entry, Optional<LogEntry.InclusionProof> proof) {
    return new LogEntry(
        entry.logId(),
        entry.logIndex(),
        entry.integratedTime(),
        entry.kind(),
        entry.body(),
        entry.promise(),
        proof);
  }

  /// A proof with that checkpoint; what it is about is filled in by [#entry].
  static LogEntry.InclusionProof proof(String checkpoint) {
    return new LogEntry.InclusionProof(0, 1, Bytes.utf8(""), List.of(), checkpoint);
  }

  /// The signed note of a tree of which `body` is the only entry.
  String checkpoint(Bytes body) {
    return note(ORIGIN, "1", Base64Text.encode(MerkleTree.leaf(body)));
  }

  String note(String... lines) {
    var text = String.join("\n", lines) + '\n';
    var signature = key.sign(Bytes.utf8(text)).toArray();
    var hint = Arrays.copyOf(id().toArray(), 4 + signature.length);
    System.arraycopy(signature, 0, hint, 4, signature.length);
    return text + "\n\u2014 log.example " + Base64Text.encode(Bytes.copyOf(hint)) + '\n';
  }
}
