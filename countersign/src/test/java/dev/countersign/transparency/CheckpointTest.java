package dev.countersign.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import org.junit.jupiter.api.Test;

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
  void survivesHostileInput() throws Exception {
    HostileInput.attack(
        21,
        input -> Checkpoint.parse(input.toUtf8()),
        Bytes.utf8(new TestLog().checkpoint(Bytes.utf8("{}"))),
        Bytes.utf8("log\n0\n" + "A".repeat(43) + "=\n\n" + SIGNATURE.repeat(9)));
  }
}
