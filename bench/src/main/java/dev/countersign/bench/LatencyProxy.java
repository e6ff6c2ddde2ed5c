package dev.countersign.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A way to a server on loopback that keeps whatever a client sends for a while, so that each
/// request takes that much longer. Answers pass at once.
///
/// It answers a connection that begins with TLS itself, as Go's servers of plain HTTP do: cosign
/// tries TLS first, and the test registry's server would let it wait for 300 ms.
final class LatencyProxy implements AutoCloseable {
  private static final byte TLS_HANDSHAKE = 22;
  private static final byte[] NO_TLS =
      "HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
  private final int target;
  private final Duration delay;

  LatencyProxy(int target, Duration delay) throws IOException {
    this.target = target;
    this.delay = delay;
    Thread.ofVirtual().start(this::accept);
  }

  String hostAndPort() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        var client = server.accept();
        var upstream = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> pass(client, upstream, delay));
        Thread.ofVirtual().start(() -> pass(upstream, client, Duration.ZERO));
      }
    } catch (IOException e) {
      // Closed: the measurement is over.
    }
  }

  private static void pass(Socket from, Socket to, Duration delay) {
    try (from;
        to) {
      copy(from, to, delay);
    } catch (IOException e) {
      // One side has closed the connection, and so does the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to, Duration delay)
      throws IOException, InterruptedException {
    var in = from.getInputStream();
    var out = to.getOutputStream();
    var buffer = new byte[65_536];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      Thread.sleep(delay);
      if (buffer[0] == TLS_HANDSHAKE) {
        from.getOutputStream().write(NO_TLS);
        return;
      }
      out.write(buffer, 0, read);
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
