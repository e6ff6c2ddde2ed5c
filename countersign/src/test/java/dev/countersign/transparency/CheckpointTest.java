package dev.countersign.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.transparency.Checkpoint.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final String SIGNATURE = "\u2014 log.example AAAAAQI=\n";

  @Test
  void readsOriginSizeRootAndTheSignaturesOfAll() throws Exception {
    var root = "A".repeat(43) + '=';
    var text = "log.example\n7\n" + root + "\nmore\n";
    var checkpoint = Checkpoint.parse(text + '\n' + SIGNATURE + "\u2014 a b c AAAAAQI=\n");

    assertEquals(text, checkpoint.text());
    assertEquals("log.example", checkpoint.origin());
    assertEquals(7, checkpoint.size());
    assertEquals(Bytes.copyOf(new byte[32]), checkpoint.root());
    assertEquals("log.example", checkpoint.signatures().getFirst().name());
    assertEquals("a b c", checkpoint.signatures().getLast().name());
    assertEquals(Bytes.copyOf(new byte[] {0, 0, 0, 1}), checkpoint.signatures().getLast().hint());
  }

  @Test
  void isSignedByTheLogThatSignedThisText() throws Exception {
    var log = new TestLog();
    var good = log.checkpoint(Bytes.utf8("{}"));
    var grown = good.replaceFirst("\n1\n", "\n2\n");

    assertTrue(Checkpoint.parse(good).isSignedBy(log.trusted(), Kind.TREE));
    assertFalse(Checkpoint.parse(grown).isSignedBy(log.trusted(), Kind.TREE));
    assertFalse(Checkpoint.parse(good).isSignedBy(new TestLog().trusted(), Kind.TREE));
  }

  /// The hint only says which key to try.
  @Test
  void anothersSignatureUnderTheLogsHintProvesNothing() throws Exception {
    var log = new TestLog();
    var lines = new String[] {"log.example - 42", "1", "A".repeat(43) + '='};
    var own = Checkpoint.parse(log.note(lines)).signatures().getFirst();
    var others = Checkpoint.parse(new TestLog().note(lines)).signatures().getFirst();
    var mixed = own.hint().toArray();
    var signature = others.signature().toArray();
    var bytes = Arrays.copyOf(mixed, mixed.length + signature.length);
    System.arraycopy(signature, 0, bytes, mixed.length, signature.length);
    var note =
        String.join("\n", lines)
            + "\n\n\u2014 log.example "
            + Base64Text.encode(Bytes.copyOf(bytes))
            + '\n';

    assertFalse(Checkpoint.parse(note).isSignedBy(log.trusted(), Kind.TREE));
  }

  /// Of a log of tiles origin, key and signature have one name; of a tree the origin has a number.
  @Test
  void isSignedUnderTheLogsOwnNameOnly() throws Exception {
    var log = new TestLog();
    var root = "A".repeat(43) + '=';
    var tiles = Checkpoint.parse(log.note("log.example", "1", root));
    var elsewhere = Checkpoint.parse(log.note("log.example.evil", "1", root));
    var aliased =
        Checkpoint.parse(
            log.note("log.example", "1", root).replace("\u2014 log.example ", "\u2014 other "));

    assertTrue(tiles.isSignedBy(log.trusted(), Kind.TILES));
    assertFalse(elsewhere.isSignedBy(log.trusted(), Kind.TILES));
    assertFalse(aliased.isSignedBy(log.trusted(), Kind.TILES));
    assertFalse(tiles.isSignedBy(log.trusted(), Kind.TREE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "log\n1\n%s\n",
        "log\n1\n%s\n\n\u2014 log AAAAAQI=",
        "log\n1\n\n\u2014 log AAAAAQI=\n",
        "\n1\n%s\n\n\u2014 log AAAAAQI=\n",
        "log\n01\n%s\n\n\u2014 log AAAAAQI=\n",
        "log\n-1\n%s\n\n\u2014 log AAAAAQI=\n",
        "log\n9999999999999999999\n%s\n\n\u2014 log AAAAAQI=\n",
        "log\n1\nAAAA\n\n\u2014 log AAAAAQI=\n",
        "log\n1\n%s\n\n- log AAAAAQI=\n",
        "log\n1\n%s\n\n\u2014 AAAAAQI=\n",
        "log\n1\n%s\n\n\u2014 log AAAAAQ==\n",
        "log\n1\n%s\n\n\u2014 log !\n"
      })
  void refusesWhatIsNoCheckpoint(String text) {
    var note = text.replace("%s", "A".repeat(43) + '=');

    assertThrows(FormatException.class, () -> Checkpoint.parse(note));
  }

  @Test
  void boundsTheSignaturesAndTheText() throws Exception {
    var text = "log\n1\n" + "A".repeat(43) + "=\n\n";

    assertEquals(64, Checkpoint.parse(text + SIGNATURE.repeat(64)).signatures().size());
    assertThrows(FormatException.class, () -> Checkpoint.parse(text + SIGNATURE.repeat(65)));
    assertThrows(
        FormatException.class,
        () -> Checkpoint.parse("log\n1\n" + "A".repeat(43) + "=\n" + "x\n".repeat(33_000) + '\n'));
  }

  @Test
  void survivesHostileInput() throws Exception {
    HostileInput.attack(
        21,
        input -> Checkpoint.parse(input.toUtf8()),
        Bytes.utf8(new TestLog().checkpoint(Bytes.utf8("{}"))),
        Bytes.utf8("log\n0\n" + "A".repeat(43) + "=\n\n" + SIGNATURE.repeat(9)));
  }
}
