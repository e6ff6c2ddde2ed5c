package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.json.JsonValue.JsonString;
import dev.countersign.provider.DecisionRecord.Outcome;
import dev.countersign.provider.DecisionRecord.Why;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemTest {
  @Test
  void refusesABlankErrorThatWouldBeASuccess() {
    assertThrows(IllegalArgumentException.class, () -> new Item.Failure("nginx", " "));
    assertThrows(IllegalArgumentException.class, () -> ProviderResponse.failure(""));
  }

  @Test
  void refusesTwoItemsOfOneKey() {
    var yes = new Item.Answer("nginx", new JsonString("yes"));
    var no = new Item.Failure("nginx", "no");

    assertThrows(IllegalArgumentException.class, () -> new ProviderResponse(List.of(yes, no), ""));
  }

  @Test
  void boundsTheSystemErrorAndCountsTheRest() {
    var failures = new Failures();
    for (int i = 0; i < 256; i++) {
      failures.add(
          DecisionRecord.of("registry/" + i, Outcome.UNDETERMINED, new Why("x", "y".repeat(300))));
    }

    var text = failures.toString();

    assertTrue(text.length() < 17_000 && text.startsWith("registry/0: y"), text);
    assertTrue(text.matches("(?s).*; and [0-9]+ more keys"), text);
  }

  @Test
  void writesDecisionsOnOneLineOfBoundedLength() {
    var key = "a\n\"b\\ \u2028\u202e=" + "x".repeat(2_000_000);
    var decision = DecisionRecord.of(key, Outcome.DENIED, new Why("no-reference", "r\r\n"));

    var line = DecisionLog.line("/validate", decision, 7_000_000);

    assertTrue(line.startsWith("path=/validate key=\"a\\u000a\\\"b\\\\ \\u2028\\u202e=xxx"), line);
    assertTrue(
        line.endsWith(
            "x…\" decision=denied code=no-reference source=unasked id="
                + decision.id()
                + " ms=7 reason=\"r\\u000d\\u000a\""),
        line);
    assertTrue(line.length() < 2_500);
    assertEquals(1, line.lines().count());
  }
}
