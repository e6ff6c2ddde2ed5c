package dev.countersign.der;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.HexFormat;

/// Writes DER elements ([X.690 §10](https://www.itu.int/rec/T-REC-X.690)), each as a fresh array.
public final class DerWriter {
  private DerWriter() {}

  /// A SEQUENCE of whole elements.
  public static byte[] sequence(byte[]... members) {
    return element(DerReader.SEQUENCE, members);
  }

  /// An INTEGER.
  public static byte[] integer(BigInteger value) {
    return element(DerReader.INTEGER, value.toByteArray());
  }

  /// An OCTET STRING.
  public static byte[] octetString(byte[] octets) {
    return element(DerReader.OCTET_STRING, octets);
  }

  /// A BIT STRING of whole octets.
  public static byte[] bitString(byte[] octets) {
    return element(DerReader.BIT_STRING, new byte[1], octets);
  }

  /// `hex` is the identifier's content in hex.
  public static byte[] objectIdentifier(String hex) {
    return element(DerReader.OBJECT_IDENTIFIER, HexFormat.of().parseHex(hex));
  }

  /// A NULL.
  public static byte[] ofNull() {
    return element(DerReader.NULL);
  }

  /// One element whose content is `parts` in order, shorter than 2²⁴ bytes.
  public static byte[] element(int tag, byte[]... parts) {
    int length = 0;
    for (var part : parts) {
      length += part.length;
    }
    var element = new ByteArrayOutputStream(length + 5);
    element.write(tag);
    if (length >= 0x80) {
      int octets = (39 - Integer.numberOfLeadingZeros(length)) / 8;
      element.write(0x80 | octets);
      for (int i = octets - 1; i > 0; i--) {
        element.write(length >> (8 * i));
      }
    }
    element.write(length);
    for (var part : parts) {
      element.writeBytes(part);
    }
    return element.toByteArray();
  }
}
