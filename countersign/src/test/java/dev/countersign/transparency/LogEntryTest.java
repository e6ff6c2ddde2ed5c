package dev.countersign.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SoftwareKey;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class LogEntryTest {
  private static final PublicKey KEY = SoftwareKey.generate(new SecureRandom()).publicKey();

  @Test
  void readsWhatCosignKeepsBesideASignature() throws FormatException {
    var entry = LogEntry.parse(entry("hashedrekord", "sha256"));

    assertEquals(7, entry.logIndex());
    assertEquals(KEY, entry.key());
    assertEquals("ab", entry.payloadHash());
  }

  @Test
  void refusesEntriesOfAnotherKindOrHash() {
    assertThrows(FormatException.class, () -> LogEntry.parse(entry("dsse", "sha256")));
    assertThrows(FormatException.class, () -> LogEntry.parse(entry("hashedrekord", "sha512")));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(6, LogEntry::parse, entry("hashedrekord", "sha256"));
    HostileInput.attack(
        7, body -> LogEntry.parse(around(body)), Bytes.utf8(body("hashedrekord", "sha256")));
  }

  private static String entry(String kind, String hash) {
    return around(Bytes.utf8(body(kind, hash)));
  }

  private static String body(String kind, String hash) {
    return ("{\"apiVersion\":\"0.0.1\",\"kind\":\"%s\",\"spec\":{\"data\":{\"hash\":"
            + "{\"algorithm\":\"%s\",\"value\":\"ab\"}},\"signature\":{\"content\":\"c2ln\","
            + "\"publicKey\":{\"content\":\"%s\"}}}}")
        .formatted(kind, hash, Base64Text.encode(Bytes.utf8(KEY.toPem())));
  }

  private static String around(Bytes body) {
    return "{\"Payload\":{\"body\":\"%s\",\"integratedTime\":1,\"logIndex\":7}}"
        .formatted(Base64Text.encode(body));
  }
}
