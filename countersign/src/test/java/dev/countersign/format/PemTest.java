package dev.countersign.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  private static final Pem PEM = new Pem("PUBLIC KEY", Bytes.utf8("x".repeat(100)));

  @Test
  void readsWhatItWrote() throws FormatException {
    assertEquals(PEM, Pem.parseFirst(PEM.toText()));
  }

  @Test
  void readsTheFirstBlockAndNoTextAroundIt() throws FormatException {
    var other = new Pem("OTHER", Bytes.utf8("y")).toText();

    assertEquals(PEM, Pem.parseFirst("a comment\r\n" + PEM.toText() + "more\n" + other));
    assertEquals("OTHER", Pem.parseFirst(other + PEM.toText()).label());
  }

  @Test
  void readsWindowsLineEnds() throws FormatException {
    assertEquals(PEM, Pem.parseFirst(PEM.toText().replace("\n", "\r\n")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN",
        "-----BEGIN A-----",
        "-----BEGIN A-----\nAAAA\n",
        "-----BEGIN A-----\nAAAA\n-----END B-----",
        "-----BEGIN A-----\nA*AA\n-----END A-----",
        "-----BEGIN A-----\nAAA\n-----END A-----",
        "-----BEGIN a-----\nAAAA\n-----END a-----",
        "x-----BEGIN A-----\nAAAA\n-----END A-----"
      })
  void refusesWhatIsNoWholeBlock(String text) {
    assertThrows(FormatException.class, () -> Pem.parseFirst(text));
  }

  @Test
  void showsNothingOfABodyWhoseFirstLineIsBroken() {
    var broken = PEM.toText().replaceFirst("KEY-----\\n", "KEY\n");

    var refusal = assertThrows(FormatException.class, () -> Pem.parseFirst(broken));

    assertFalse(refusal.problem().contains(Base64Text.encode(PEM.content()).substring(0, 8)));
  }

  /// An expression would follow it to the end of the stack.
  @Test
  void refusesALabelWithoutEnd() {
    var endless = "-----BEGIN A" + " A".repeat(100_000) + "-----\nAAAA\n";

    assertThrows(FormatException.class, () -> Pem.parseFirst(endless));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(2, Pem::parseFirst, PEM.toText());
  }
}
