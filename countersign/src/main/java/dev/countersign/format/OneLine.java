package dev.countersign.format;

/// Text from outside made fit for one line of a message, a log or a terminal.
public final class OneLine {
  private static final int MAX_CHARACTERS = 1_000;

  private OneLine() {}

  /// `text` with all that could end, hide or reorder a line escaped as in Java, cut after 1,000
  /// characters.
  public static String of(String text) {
    return of(text, MAX_CHARACTERS);
  }

  static String of(String text, int maxCharacters) {
    var line = new StringBuilder(Math.min(text.length(), maxCharacters));
    int at = 0;
    for (int count = 0; at < text.length() && count < maxCharacters; count++) {
      int c = text.codePointAt(at);
      append(line, c);
      at += Character.charCount(c);
    }
    return at < text.length() ? line.append('…').toString() : line.toString();
  }

  private static void append(StringBuilder line, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          line.append("\\u").append(hex(c));
      default -> line.appendCodePoint(c);
    }
  }

  private static String hex(int c) {
    var digits = Integer.toHexString(c);
    return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }
}
