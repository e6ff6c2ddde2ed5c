package dev.countersign.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The smallest ustar archive: one file, owned by root, of the year 1970.
final class Tar {
  private static final int BLOCK = 512;

  private Tar() {}

  static byte[] ofFile(String name, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(header(name, content.length));
    out.writeBytes(content);
    out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }

  private static byte[] header(String name, int size) {
    var header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, octal(11, size) + ' ');
    put(header, 136, octal(11, 0) + ' ');
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\0" + "00");
    var sum = 0;
    for (var octet : header) {
      sum += octet;
    }
    put(header, 148, octal(6, sum) + "\0 ");
    return header;
  }

  private static String octal(int digits, int number) {
    return String.format(Locale.ROOT, "%0" + digits + "o", number);
  }

  private static void put(byte[] header, int offset, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
