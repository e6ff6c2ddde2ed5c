package dev.countersign.format;

import java.util.regex.Pattern;

/// One PEM block: a label and the bytes under it ([RFC
/// 7468](https://www.rfc-editor.org/rfc/rfc7468)), without headers.
///
/// @param label what stands after `BEGIN`, as `PUBLIC KEY`
/// @param content the decoded bytes
public record Pem(String label, Bytes content) {
  private static final Pattern LABEL = Pattern.compile("[A-Z0-9]+(?: [A-Z0-9]+)*");
  private static final int MAX_LABEL = 64;
  private static final int LINE = 64;

  public Pem {
    if (!LABEL.matcher(label).matches()) {
      throw new IllegalArgumentException("not a PEM label");
    }
  }

  /// The first block of `text`; what stands before and after it is not read, as in Go.
  ///
  /// @throws FormatException if there is no whole block, or its body is not base64
  public static Pem parseFirst(String text) throws FormatException {
    int begin = startOfLine(text, "-----BEGIN ", 0);
    int afterLabel = begin < 0 ? -1 : text.indexOf("-----", begin + 11);
    if (afterLabel < 0) {
      throw new FormatException("expected a PEM block (-----BEGIN …-----), got none");
    }
    var label = text.substring(begin + 11, afterLabel);
    if (label.length() > MAX_LABEL || !LABEL.matcher(label).matches()) {
      // Not shown: where dashes are missing, it reaches into the body, which may be a secret.
      throw new FormatException("expected a PEM label between dashes, got other characters");
    }
    int end = startOfLine(text, "-----END " + label + "-----", afterLabel + 5);
    if (end < 0) {
      throw new FormatException("expected -----END " + label + "-----, got the end of the text");
    }
    return new Pem(label, Base64Text.decode(body(text.substring(afterLabel + 5, end))));
  }

  /// The block with lines of 64 characters, ended by a line feed.
  public String toText() {
    var body = Base64Text.encode(content);
    var text = new StringBuilder("-----BEGIN " + label + "-----\n");
    for (int at = 0; at < body.length(); at += LINE) {
      text.append(body, at, Math.min(at + LINE, body.length())).append('\n');
    }
    return text.append("-----END ").append(label).append("-----\n").toString();
  }

  private static String body(String lines) {
    var body = new StringBuilder(lines.length());
    for (int i = 0; i < lines.length(); i++) {
      switch (lines.charAt(i)) {
        case ' ', '\t', '\r', '\n' -> {}
        default -> body.append(lines.charAt(i));
      }
    }
    return body.toString();
  }

  private static int startOfLine(String text, String wanted, int from) {
    int at = text.indexOf(wanted, from);
    while (at > 0 && text.charAt(at - 1) != '\n') {
      at = text.indexOf(wanted, at + 1);
    }
    return at;
  }
}
