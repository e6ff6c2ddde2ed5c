package dev.countersign.registry;

import dev.countersign.format.HashAlgorithm;
import dev.countersign.oci.Descriptor;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Function;

/// The content of a blob while it comes. It ends after the size that was promised, and its last
/// piece is given only when the digest of all is the promised one.
final class BlobStream extends InputStream {
  private final InputStream in;
  private final Descriptor blob;
  private final Function<IOException, IOException> telling;
  private final MessageDigest running = HashAlgorithm.SHA256.newDigest();
  private long left;

  /// @param telling what a failure of `in` means
  BlobStream(InputStream in, Descriptor blob, Function<IOException, IOException> telling)
      throws RegistryException {
    this.in = in;
    this.blob = blob;
    this.telling = telling;
    left = blob.size();
    if (left == 0) {
      compare();
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = readSome(buffer, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw mismatch("expected " + blob.size() + " bytes, got " + (blob.size() - left));
    }
    running.update(buffer, offset, count);
    left -= count;
    if (left == 0) {
      compare();
    }
    return count;
  }

  private int readSome(byte[] buffer, int offset, int length) throws IOException {
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      throw telling.apply(e);
    }
  }

  private void compare() throws RegistryException {
    var hex = HexFormat.of().formatHex(running.digest());
    if (!hex.equals(blob.digest().hex())) {
      throw mismatch("got sha256:" + hex);
    }
  }

  private RegistryException mismatch(String what) {
    return new RegistryException(Fault.MISMATCH, "blob " + blob.digest() + ": " + what);
  }
}
