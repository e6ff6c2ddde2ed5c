package dev.countersign.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ValidityTest {
  private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATE = Instant.parse("2027-01-01T00:00:00Z");

  @Test
  void saysWhenItsWordCounts() {
    assertEquals("always", Validity.ALWAYS.toString());
    assertEquals("until 2027-01-01T00:00:00Z", new Validity(Instant.MIN, LATE).toString());
    assertEquals("from 2026-01-01T00:00:00Z", new Validity(EARLY, Instant.MAX).toString());
    assertEquals(
        "from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z",
        new Validity(EARLY, LATE).toString());
  }

  @Test
  void endsNotBeforeItBegins() {
    assertThrows(IllegalArgumentException.class, () -> new Validity(LATE, EARLY));
  }
}
