package dev.countersign.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlobTest {
  private static final Bytes CONTENT = Bytes.utf8("content".repeat(20_000));

  @Test
  void hashesWhatItReads() throws IOException {
    var blob =
        Blob.read(stream(), Set.of(HashAlgorithm.SHA256, HashAlgorithm.SHA512), CONTENT.size());

    assertEquals(Optional.of(CONTENT), blob.content());
    for (var algorithm : HashAlgorithm.values()) {
      assertEquals(Optional.of(algorithm.of(CONTENT)), blob.hash(algorithm), algorithm.name());
    }
  }

  @Test
  void keepsNoByteOfWhatIsTooLong() throws IOException {
    var blob = Blob.read(stream(), Set.of(HashAlgorithm.SHA256), CONTENT.size() - 1);

    assertEquals(Optional.empty(), blob.content());
    assertEquals(Optional.of(HashAlgorithm.SHA256.of(CONTENT)), blob.hash(HashAlgorithm.SHA256));
    assertEquals(Optional.empty(), blob.hash(HashAlgorithm.SHA384));
  }

  @Test
  void readsMoreThanFitsIntoAnArray() throws IOException {
    var blob = Blob.read(new Zeros(3L << 30), Set.of(), 1 << 20);

    assertTrue(blob.content().isEmpty());
  }

  @Test
  void ofAHashNothingElseIsKnown() {
    var hash = HashAlgorithm.SHA256.of(CONTENT);
    var blob = Blob.ofHash(HashAlgorithm.SHA256, hash);

    assertEquals(Optional.of(hash), blob.hash(HashAlgorithm.SHA256));
    assertEquals(Optional.empty(), blob.hash(HashAlgorithm.SHA512));
    assertEquals(Optional.empty(), blob.content());
  }

  private static InputStream stream() {
    return new ByteArrayInputStream(CONTENT.toArray());
  }

  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long size) {
      this.left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] buffer, int from, int length) {
      int count = (int) Math.min(length, left);
      left -= count;
      return count == 0 ? -1 : count;
    }
  }
}
