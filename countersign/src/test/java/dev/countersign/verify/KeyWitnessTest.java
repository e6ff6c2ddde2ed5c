package dev.countersign.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.format.Bytes;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import dev.countersign.transparency.LogEntry;
import dev.countersign.transparency.TestLog;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.trust.Validity;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Signatures by keys of which others must have known.
class KeyWitnessTest {
  private static final Instant NOW = Instant.parse("2026-11-28T00:00:00Z");
  private static final Digest IMAGE = Digest.of(Bytes.utf8("image"));
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final Bytes PAYLOAD = SimpleSigning.of("example/app", IMAGE, Map.of()).toBytes();
  private static final Bytes SIGNATURE = KEY.sign(PAYLOAD);
  private static final Bytes STATEMENT = Statement.signature(IMAGE, Map.of()).toBytes();
  private static final Envelope ENVELOPE =
      new Envelope(
          Envelope.IN_TOTO,
          STATEMENT,
          List.of(KEY.sign(Envelope.encode(Envelope.IN_TOTO, STATEMENT))));
  private static final Bytes BODY =
      TestLog.dsse(ENVELOPE.signatures().getFirst(), KEY.publicKey().toPem(), STATEMENT);

  private final TestLog log = new TestLog();

  @Test
  void believesALogThatRecordedIt() {
    var verified =
        assertInstanceOf(
            VerificationResult.Verified.class, verify(signed(entry(SIGNATURE)), demand(1)));

    assertEquals(new Signer.KeyHolder(KEY.publicKey()), verified.signer());
    assertEquals(List.of(TestLog.TIME), verified.log().times());
  }

  @Test
  void wantsATrustedLogWhereOneIsDemanded() {
    var unknown = new TestLog().promised(body(SIGNATURE));

    assertEquals("not-logged", rejection(signed(Optional.empty()), demand(1)));
    assertEquals("not-logged", rejection(signed(Optional.of(unknown)), demand(1)));
    assertEquals("not-logged", rejection(signed(entry(SIGNATURE)), demand(2)));
  }

  @Test
  void nobodyIsSeenByFewerThanNone() {
    var trust = log.trust();

    assertEquals(0, new Witnessing(trust, 0, 0, 0).logs());
    assertThrows(IllegalArgumentException.class, () -> new Witnessing(trust, -1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Witnessing(trust, 0, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Witnessing(trust, 0, 0, -1));
  }

  /// With trust at hand everything that came along is verified, though no log is demanded.
  @Test
  void looksAtWhatCameAlong() {
    var altered = log.promised(body(SIGNATURE)).replace("\"logIndex\":7", "\"logIndex\":8");
    var unknown = new TestLog().promised(body(SIGNATURE));

    assertEquals("log-refuted", rejection(signed(Optional.of(altered)), demand(0)));
    assertEquals("", rejection(signed(Optional.of(unknown)), demand(0)));
    assertEquals("", rejection(signed(Optional.empty()), demand(0)));
  }

  /// The log really recorded each of these entries; they are about something else.
  @Test
  void wantsTheEntryOfThisSignatureKeyAndPayload_CVE_2022_23649_CVE_2026_22703() {
    var other = SoftwareKey.generate(new SecureRandom());

    for (var demanded : List.of(demand(1), demand(0), Optional.<Witnessing>empty())) {
      assertEquals(
          "other-log-entry", rejection(signed(entry(KEY.sign(Bytes.utf8("another")))), demanded));
      assertEquals(
          "other-log-entry",
          rejection(
              signed(
                  Optional.of(
                      log.promised(TestLog.body(SIGNATURE, other.publicKey().toPem(), PAYLOAD)))),
              demanded));
      assertEquals(
          "other-log-entry",
          rejection(
              signed(
                  Optional.of(
                      log.promised(
                          TestLog.body(
                              SIGNATURE, KEY.publicKey().toPem(), Bytes.utf8("another"))))),
              demanded));
    }
  }

  /// Nobody says when the log recorded it, so its key must count now.
  @Test
  void believesALogWithoutATimeAsLongAsItIsOne() {
    var retired = new TestLog(new Validity(Instant.MIN, NOW.minusSeconds(1)));
    var lasting = new TestLog(new Validity(NOW, NOW));

    assertEquals("log-refuted", rejection(retired.trust(), untimed(retired)));
    assertEquals("", rejection(lasting.trust(), untimed(lasting)));
  }

  /// Where others say when it was there, the present does not matter.
  @Test
  void believesALogWithoutATimeIfItWasOneWhenOthersSawIt() {
    var then = new TestLog(new Validity(TestLog.TIME, TestLog.TIME));
    var since = new TestLog(new Validity(TestLog.TIME.plusSeconds(1), NOW));

    assertEquals("", rejection(log.trust().and(then.trust()), log.proven(BODY), untimed(then)));
    assertEquals(
        "log-refuted", rejection(log.trust().and(since.trust()), log.proven(BODY), untimed(since)));
  }

  /// A log that tells its time need not have been one at another's.
  @Test
  void believesEachLogAtItsOwnTime() {
    var later = TestLog.TIME.plusSeconds(1);
    var first = new TestLog(new Validity(Instant.MIN, TestLog.TIME));
    var second = new TestLog(new Validity(later, Instant.MAX), later);

    assertEquals(
        "", rejection(first.trust().and(second.trust()), first.proven(BODY), second.proven(BODY)));
  }

  private static LogEntry untimed(TestLog log) {
    return log.entry(BODY, Optional.empty(), log.proven(BODY).proof());
  }

  /// Of a bundle with these entries, where each of their logs must have seen it.
  private static String rejection(TrustedRoot trust, LogEntry... entries) {
    var bundle =
        new Bundle(
            Bundle.Version.V0_3,
            new Bundle.Material.KeyHint(""),
            List.of(entries),
            List.of(),
            new Bundle.Content.Enveloped(ENVELOPE));
    return rejection(
        new Signature.Bundled(bundle), Optional.of(new Witnessing(trust, entries.length, 0, 0)));
  }

  @Test
  void wantsATimestampWhereOneIsDemanded() {
    var demand = Optional.of(new Witnessing(TrustedRoot.NOBODY, 0, 1, 0));

    assertEquals("not-timestamped", rejection(signed(Optional.empty()), demand));
  }

  private Optional<Witnessing> demand(int logs) {
    return Optional.of(new Witnessing(log.trust(), logs, 0, 0));
  }

  private static Bytes body(Bytes signature) {
    return TestLog.body(signature, KEY.publicKey().toPem(), PAYLOAD);
  }

  private Optional<String> entry(Bytes signature) {
    return Optional.of(log.promised(body(signature)));
  }

  private static Signature signed(Optional<String> entry) {
    return new Signature.Simple(new SimpleSigning.Sealed(PAYLOAD, SIGNATURE), entry);
  }

  private static VerificationResult verify(Signature signature, Optional<Witnessing> witnessing) {
    var authority = new Authority.Key("key", KEY.publicKey(), Validity.ALWAYS, witnessing);
    return Verifier.verify(IMAGE, signature, authority, Claims.Required.IMAGE, NOW);
  }

  private static String rejection(Signature signature, Optional<Witnessing> witnessing) {
    return switch (verify(signature, witnessing)) {
      case VerificationResult.Verified verified -> "";
      case VerificationResult.Rejected rejected -> rejected.reason().code();
    };
  }
}
