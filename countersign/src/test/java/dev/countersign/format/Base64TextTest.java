package dev.countersign.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64TextTest {
  @Test
  void readsWhatItWrote() throws FormatException {
    assertEquals(
        Bytes.utf8("signature"), Base64Text.decode(Base64Text.encode(Bytes.utf8("signature"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"QQ", "QR==", "QQ==\n", " QQ==", "Q-_=", "QQ===", "QQ==QQ==", "="})
  void refusesEverySpellingButOne(String text) {
    assertThrows(FormatException.class, () -> Base64Text.decode(text));
  }
}
