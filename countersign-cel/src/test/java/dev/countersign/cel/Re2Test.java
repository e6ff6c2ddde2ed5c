package dev.countersign.cel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.FormatException;
import dev.countersign.verify.ExpressionLanguage;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class Re2Test {
  private static final String NAME = "https://github.com/acme/app@refs/heads/main";

  private final Re2 language = new Re2();

  @Test
  void searchesAsCosignDoes() throws FormatException {
    assertTrue(language.search("acme/.*@").matches(NAME));
    assertTrue(language.search("^https://github\\.com/acme/").matches(NAME));
    assertFalse(language.search("^acme").matches(NAME));
  }

  @Test
  void matchesAsAWhole() throws FormatException {
    assertTrue(language.whole("https://github\\.com/acme/.*").matches(NAME));
    assertFalse(language.whole("https://github\\.com/acme/").matches(NAME));
    assertFalse(language.whole("acme").matches(NAME));
  }

  /// Exponential in `java.util.regex`: it would not end.
  @Test
  void takesNoTimeOnHostileTexts() throws FormatException {
    assertFalse(language.whole("(a|aa)+$").matches("a".repeat(50_000) + '!'));
  }

  @Test
  void refusesWhatIsNoExpression() {
    assertThrows(FormatException.class, () -> language.search("("));
    assertThrows(FormatException.class, () -> language.whole("a(?=b)"));
    assertThrows(FormatException.class, () -> language.whole("a".repeat(5_000)));
  }

  @Test
  void isFoundAndShowsItsSource() throws FormatException {
    var found = ServiceLoader.load(ExpressionLanguage.class).findFirst().orElseThrow();

    assertInstanceOf(Re2.class, found);
    assertEquals("^a$", language.search("^a$").toString());
  }
}
