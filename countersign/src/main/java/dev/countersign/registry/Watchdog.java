package dev.countersign.registry;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Closes sockets at their deadline, which ends whatever is being done with them: a handshake, a
/// write, or a read of bytes that come one a second.
final class Watchdog implements AutoCloseable {
  private final ScheduledThreadPoolExecutor clock;

  Watchdog() {
    clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var thread = new Thread(task, "registry-deadlines");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
  }

  /// Guards `socket`, the raw one, until the guard is ended.
  Guard guard(Socket socket, Deadline deadline) {
    return new Guard(
        clock.schedule(
            () -> closeQuietly(socket), deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use to anybody any more.
    }
  }

  /// The watch over one socket.
  record Guard(ScheduledFuture<?> closing) {
    void end() {
      closing.cancel(false);
    }
  }
}
