package dev.countersign.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The example of ["Cryptography in NaCl"](https://cr.yp.to/highspeed/naclcrypto-20090310.pdf),
/// §8–§10.
class SecretBoxTest {
  private static final byte[] KEY =
      hex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
  private static final byte[] NONCE = hex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
  private static final byte[] MESSAGE =
      hex(
          "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffc"
              + "e5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31"
              + "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde"
              + "048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864"
              + "5e0705");
  private static final String TAG = "f3ffc7703f9400e52a7dfb4b3d3305d9";

  @Test
  void sealsAsNaclDoes() {
    var box = SecretBox.seal(MESSAGE, NONCE, KEY);

    assertEquals(TAG, HexFormat.of().formatHex(box, 0, 16));
    assertEquals("8e993b9f48681273", HexFormat.of().formatHex(box, 16, 24));
    assertEquals(MESSAGE.length + 16, box.length);
    assertArrayEquals(MESSAGE, SecretBox.open(box, NONCE, KEY).orElseThrow());
  }

  @Test
  void opensNoAlteredBox() {
    var box = SecretBox.seal(MESSAGE, NONCE, KEY);

    for (int i = 0; i < box.length; i++) {
      var other = box.clone();
      other[i] ^= 1;
      assertTrue(SecretBox.open(other, NONCE, KEY).isEmpty(), "byte " + i);
    }
    for (int length = 0; length < box.length; length++) {
      assertTrue(SecretBox.open(Arrays.copyOf(box, length), NONCE, KEY).isEmpty());
    }
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
