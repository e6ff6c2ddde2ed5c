package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.registry.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/// Reads bodies of requests, bounded in size, in time, and in memory for all of them together.
final class RequestBody {
  /// A client that needs longer for its body is not Gatekeeper.
  static final Duration TIME = Duration.ofSeconds(5);

  /// A body over the limit is read so far, and forgotten: whoever closes the connection on a client
  /// that still writes takes the answer from it.
  private static final int MAX_DISCARDED_BYTES = 16 << 20;

  private final Semaphore memory;

  /// @param memoryBytes the most that all bodies may hold together
  RequestBody(int memoryBytes) {
    this.memory = new Semaphore(memoryBytes);
  }

  /// What came of reading.
  sealed interface Read {
    /// All of it.
    record Whole(Bytes body) implements Read {}

    /// More than a request may have.
    record TooLong() implements Read {}

    /// It did not come in time.
    record Late() implements Read {}

    /// There is no memory for it now.
    record NoRoom() implements Read {}
  }

  /// Reads the body of `request`, at most `limit` bytes.
  ///
  /// @throws IOException if the client went away or broke the protocol
  Read read(Request request, int limit) throws IOException, InterruptedException {
    boolean tooLong = request.getLength() > limit;
    if (tooLong && request.getHeaders().contains(HttpHeader.EXPECT)) {
      return new Read.TooLong();
    }
    var reading = new Reading(tooLong ? 0 : limit);
    try {
      return reading.read(request, Deadline.after(TIME));
    } finally {
      memory.release(reading.taken);
    }
  }

  /// One body on its way.
  private final class Reading {
    private final int limit;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private long length;
    private int taken;

    Reading(int limit) {
      this.limit = limit;
    }

    Read read(Request request, Deadline deadline) throws IOException, InterruptedException {
      while (length <= MAX_DISCARDED_BYTES) {
        var chunk = request.read();
        if (chunk == null) {
          if (!awaitMore(request, deadline)) {
            return new Read.Late();
          }
          continue;
        }
        if (Content.Chunk.isFailure(chunk)) {
          throw new IOException("the body of the request ended early", chunk.getFailure());
        }
        boolean hasRoom = keep(chunk);
        boolean isLast = chunk.isLast();
        chunk.release();
        if (!hasRoom) {
          return new Read.NoRoom();
        }
        if (isLast) {
          return length > limit
              ? new Read.TooLong()
              : new Read.Whole(Bytes.copyOf(content.toByteArray()));
        }
      }
      return new Read.TooLong();
    }

    private boolean keep(Content.Chunk chunk) {
      int size = chunk.remaining();
      length += size;
      if (length > limit) {
        content.reset();
        return true;
      }
      if (!memory.tryAcquire(size)) {
        return false;
      }
      taken += size;
      var bytes = new byte[size];
      chunk.get(bytes, 0, size);
      content.write(bytes, 0, size);
      return true;
    }

    private static boolean awaitMore(Request request, Deadline deadline)
        throws InterruptedException {
      var ready = new CountDownLatch(1);
      request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, ready::countDown));
      return ready.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
