package dev.countersign.cli.kubernetes;

import dev.countersign.format.Bytes;
import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The body of one answer, as far as it has come, and no more of it than a limit.
final class AnswerBody implements AsyncBody.Consumer<List<ByteBuffer>> {
  private static final int MAX_BYTES = 64 << 20;

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  @Override
  public void consume(List<ByteBuffer> some, AsyncBody rest) throws IOException {
    for (var buffer : some) {
      var bytes = new byte[buffer.remaining()];
      if (bytes.length > MAX_BYTES - content.size()) {
        rest.cancel();
        throw new IOException("expected an answer of at most 64 MiB, got more");
      }
      buffer.get(bytes);
      content.writeBytes(bytes);
    }
    rest.consume();
  }

  Bytes bytes() {
    return Bytes.copyOf(content.toByteArray());
  }
}
