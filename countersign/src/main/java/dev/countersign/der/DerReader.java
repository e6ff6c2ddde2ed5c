package dev.countersign.der;

import dev.countersign.format.FormatException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/// Reads the elements of one DER value in order, strictly ([X.690
/// §10](https://www.itu.int/rec/T-REC-X.690)): shortest lengths and integers, nothing indefinite.
///
/// One value has one encoding, so a key has one fingerprint and a signature one spelling.
public final class DerReader {
  public static final int INTEGER = 0x02;
  public static final int BIT_STRING = 0x03;
  public static final int OCTET_STRING = 0x04;
  public static final int NULL = 0x05;
  public static final int OBJECT_IDENTIFIER = 0x06;
  public static final int UTF8_STRING = 0x0c;
  public static final int SEQUENCE = 0x30;
  public static final int SET = 0x31;

  private final byte[] der;
  private final int end;
  private int at;

  private DerReader(byte[] der, int at, int end) {
    this.der = der;
    this.at = at;
    this.end = end;
  }

  /// A reader of the members of the one SEQUENCE that `der` must be; `der` is not copied.
  public static DerReader ofSequence(byte[] der) throws FormatException {
    var whole = new DerReader(der, 0, der.length);
    var members = whole.inside(SEQUENCE);
    whole.expectEnd();
    return members;
  }

  /// A reader of the elements that stand one after another in `der`, which is not copied.
  public static DerReader of(byte[] der) {
    return new DerReader(der, 0, der.length);
  }

  /// Whether nothing follows.
  public boolean isAtEnd() {
    return at == end;
  }

  /// Whether the next element has `tag`.
  public boolean has(int tag) {
    return at < end && (der[at] & 0xff) == tag;
  }

  /// A reader of what is inside the next element, which must have `tag`.
  public DerReader inside(int tag) throws FormatException {
    int length = header(tag);
    var inner = new DerReader(der, at, at + length);
    at += length;
    return inner;
  }

  /// A copy of the content of the next element, which must have `tag`.
  public byte[] content(int tag) throws FormatException {
    int length = header(tag);
    at += length;
    return Arrays.copyOfRange(der, at - length, at);
  }

  /// A copy of the whole next element, whatever its tag, which must be of one octet.
  public byte[] element() throws FormatException {
    int start = at;
    if (at < end && (der[at] & 0x1f) == 0x1f) {
      throw new FormatException("expected a DER tag of one octet, got a longer one");
    }
    int length = header(at < end ? der[at] & 0xff : SEQUENCE);
    at += length;
    return Arrays.copyOfRange(der, start, at);
  }

  /// An INTEGER that is not negative.
  public BigInteger unsignedInteger() throws FormatException {
    var content = content(INTEGER);
    if (content.length == 0 || content[0] < 0) {
      throw new FormatException("expected a DER INTEGER of zero or more, got another");
    }
    if (content.length > 1 && content[0] == 0 && content[1] >= 0) {
      throw new FormatException("expected the shortest DER INTEGER, got leading zeros");
    }
    return new BigInteger(content);
  }

  /// The octets of a BIT STRING without unused bits.
  public byte[] bitString() throws FormatException {
    var content = content(BIT_STRING);
    if (content.length == 0 || content[0] != 0) {
      throw new FormatException("expected a BIT STRING of whole octets, got another");
    }
    return Arrays.copyOfRange(content, 1, content.length);
  }

  /// An OBJECT IDENTIFIER, as the hex of its content.
  public String objectIdentifier() throws FormatException {
    return HexFormat.of().formatHex(content(OBJECT_IDENTIFIER));
  }

  /// Expects an empty NULL.
  public void expectNull() throws FormatException {
    if (content(NULL).length != 0) {
      throw new FormatException("expected an empty DER NULL, got a longer one");
    }
  }

  /// Expects that nothing follows.
  public void expectEnd() throws FormatException {
    if (at != end) {
      throw new FormatException(
          "expected the end of a DER value, got " + (end - at) + " more bytes");
    }
  }

  private int header(int tag) throws FormatException {
    if (end - at < 2) {
      throw new FormatException("expected a DER element " + hex(tag) + ", got the end");
    }
    if (!has(tag)) {
      throw new FormatException("expected DER tag " + hex(tag) + ", got " + hex(der[at] & 0xff));
    }
    at++;
    int length = length();
    if (length > end - at) {
      throw new FormatException("expected " + length + " bytes of DER, got " + (end - at));
    }
    return length;
  }

  private int length() throws FormatException {
    int first = der[at++] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int octets = first & 0x7f;
    if (octets == 0 || octets > 3 || octets > end - at) {
      throw new FormatException("expected a definite DER length, got first octet " + hex(first));
    }
    int length = 0;
    for (int i = 0; i < octets; i++) {
      length = (length << 8) | (der[at++] & 0xff);
    }
    if (length < 0x80 || length < (1 << (8 * (octets - 1)))) {
      throw new FormatException("expected the shortest DER length, got a longer one");
    }
    return length;
  }

  private static String hex(int octet) {
    return "0x" + HexFormat.of().toHexDigits((byte) octet);
  }
}
