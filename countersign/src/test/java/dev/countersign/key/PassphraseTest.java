package dev.countersign.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "sesame", "Grüße", "🔑", "a\n"})
  void isTheUtf8OfItsCharacters(String text) {
    var typed = Passphrase.of(text.toCharArray());

    assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), typed.reveal());
    assertTrue(typed.matches(Vectors.passphrase(text)));
    assertEquals(text.isEmpty(), typed.isEmpty());
  }

  @Test
  void differsByOneByte() {
    assertFalse(Vectors.passphrase("sesame").matches(Vectors.passphrase("sesame\n")));
  }

  @Test
  void losesItsLastLineEndOnly() {
    assertArrayEquals(bytes("a\n"), stripped("a\n\n"));
    assertArrayEquals(bytes("a"), stripped("a\r\n"));
    assertArrayEquals(bytes(""), stripped("\n"));
    assertTrue(Vectors.passphrase("a").withoutLineEnd().isEmpty());
    assertTrue(Vectors.passphrase("").withoutLineEnd().isEmpty());
  }

  @Test
  void keepsACopy() {
    var bytes = bytes("sesame");
    var passphrase = Passphrase.of(bytes);

    bytes[0] = 0;

    assertArrayEquals(bytes("sesame"), passphrase.reveal());
  }

  @Test
  void isWipedWhenClosed() {
    var passphrase = Vectors.passphrase("sesame");
    var secret = passphrase.reveal();

    passphrase.close();

    assertArrayEquals(new byte[6], secret);
    assertThrows(IllegalStateException.class, passphrase::reveal);
    assertEquals("a passphrase", passphrase.toString());
  }

  private static byte[] stripped(String text) {
    return Vectors.passphrase(text).withoutLineEnd().orElseThrow().reveal();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
