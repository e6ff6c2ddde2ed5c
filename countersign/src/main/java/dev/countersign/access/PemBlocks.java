package dev.countersign.access;

import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import java.util.ArrayList;
import java.util.List;

/// The PEM blocks of a text, in order; what cannot be read as one is skipped, as in Go.
final class PemBlocks {
  private static final String BEGIN = "-----BEGIN ";

  private PemBlocks() {}

  static List<Pem> parse(String text) {
    var blocks = new ArrayList<Pem>();
    for (int at = text.indexOf(BEGIN); at >= 0; ) {
      int next = text.indexOf(BEGIN, at + BEGIN.length());
      try {
        blocks.add(Pem.parseFirst(text.substring(at, next < 0 ? text.length() : next)));
      } catch (FormatException e) {
        // One bad block does not spoil the others.
      }
      at = next;
    }
    return blocks;
  }
}
