package dev.countersign.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FormatExceptionTest {
  @Test
  void isOneLineWhateverCame() {
    var problem = new FormatException("got \"a\nb\u001b[31m\u202e\"").problem();

    assertEquals("got \"a\\u000ab\\u001b[31m\\u202e\"", problem);
  }

  @Test
  void cutsLongInput() {
    assertEquals(401, new FormatException("x".repeat(1_000_000)).problem().length());
  }
}
