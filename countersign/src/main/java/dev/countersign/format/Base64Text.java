package dev.countersign.format;

import java.util.Base64;

/// Standard base64 with padding ([RFC 4648 §4](https://www.rfc-editor.org/rfc/rfc4648#section-4)).
public final class Base64Text {
  private Base64Text() {}

  /// The bytes that `text` stands for; exactly one text stands for them.
  ///
  /// @throws FormatException for other alphabets, white space, missing padding, or trailing bits
  public static Bytes decode(String text) throws FormatException {
    try {
      var decoded = Base64.getDecoder().decode(text);
      if (!Base64.getEncoder().encodeToString(decoded).equals(text)) {
        throw new FormatException("expected canonical base64, got another spelling of it");
      }
      return Bytes.copyOf(decoded);
    } catch (IllegalArgumentException e) {
      throw new FormatException("expected base64, got " + text.length() + " other characters", e);
    }
  }

  /// As [#decode], for texts that may be in the alphabet for URLs ([RFC 4648
  /// §5](https://www.rfc-editor.org/rfc/rfc4648#section-5)), but not in both.
  ///
  /// @throws FormatException as above
  public static Bytes decodeEither(String text) throws FormatException {
    var isStandard = text.indexOf('+') >= 0 || text.indexOf('/') >= 0;
    return decode(isStandard ? text : text.replace('-', '+').replace('_', '/'));
  }

  /// The base64 text of `bytes`.
  public static String encode(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.toArray());
  }
}
