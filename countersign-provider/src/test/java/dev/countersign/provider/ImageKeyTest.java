package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageKeyTest {
  private static final String[] PIECES = {
    "policy=",
    "ns=",
    "|",
    "||",
    "a",
    "default",
    "nginx",
    "ghcr.io/a/b:1",
    "=",
    "@sha256:",
    "POLICY=",
    " ",
    "\0",
    "\n",
    "é",
    "\ud83d\ude00",
    "-",
    ".",
    "x".repeat(64),
    "name=",
    "localhost:5000/a",
    "/"
  };

  @ParameterizedTest
  @CsvSource({
    "nginx, default, ",
    "policy=p|nginx, p, ",
    "ns=n|nginx, default, n",
    "policy=p.1-a|ns=0|nginx, p.1-a, 0"
  })
  void readsFieldsBeforeTheImage(String key, String policy, String namespace) throws Exception {
    var read = ImageKey.parse(key);

    var nginx = ImageReference.parse("nginx");
    assertEquals(new ImageKey(policy, Optional.ofNullable(namespace), nginx), read);
  }

  @Test
  void takesValuesOfUpTo63Characters() throws Exception {
    var longest = "a".repeat(63);

    assertEquals(longest, ImageKey.parse("policy=" + longest + "|nginx").policy());
    assertThrows(FormatException.class, () -> ImageKey.parse("policy=" + longest + "a|nginx"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "|",
        "|nginx",
        "nginx|",
        "policy=|nginx",
        "policy|nginx",
        "policy=A|nginx",
        "policy=a_b|nginx",
        "policy=a b|nginx",
        "Policy=a|nginx",
        "policy=a||nginx",
        "policy=a|policy=a|nginx",
        "ns=a|ns=a|nginx",
        "ns=a|policy=a|nginx",
        "policy=a|ns=a|more=a|nginx",
        "policy=a|nginx|ns=a",
        "policy=a=b|nginx",
        "policy=a\n|nginx",
        "policy=é|nginx",
        "namespace=a|nginx"
      })
  void refusesOtherFields(String key) {
    assertThrows(FormatException.class, () -> ImageKey.parse(key));
  }

  @Test
  void readsNoFieldsInPlainImages() {
    assertThrows(FormatException.class, () -> ImageKey.parsePlain("policy=default|nginx"));
  }

  /// A template writes the fields and appends a name that a stranger chose.
  @Test
  void noImageNameForgesAField() {
    long seed = 20_260_101;
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      var image = text(random);
      try {
        var read = ImageKey.parse("policy=mine|ns=here|" + image);

        var where = "seed " + seed + ", round " + i + ": " + image;
        assertEquals("mine", read.policy(), where);
        assertEquals(Optional.of("here"), read.namespace(), where);
        assertEquals(ImageReference.parse(image), read.image(), where);
        assertFalse(image.contains("|"), where);
      } catch (FormatException e) {
        assertFalse(e.problem().isBlank());
      }
    }
  }

  @Test
  void anyTextIsAKeyOrARefusal() {
    long seed = 20_260_102;
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      var text = text(random);
      try {
        var read = ImageKey.parse(text);

        var again = read.namespace().map(n -> "ns=" + n + '|').orElse("");
        var canonical = "policy=" + read.policy() + '|' + again + read.image();
        assertEquals(read, ImageKey.parse(canonical), "seed " + seed + ", round " + i);
      } catch (FormatException e) {
        assertFalse(e.problem().contains("\n"), "seed " + seed + ", round " + i);
      }
    }
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(7); i >= 0; i--) {
      text.append(
          random.nextInt(8) == 0
              ? String.valueOf((char) random.nextInt(0x10000))
              : PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }
}
