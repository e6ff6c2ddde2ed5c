package dev.countersign.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ServerSocketFactory;

/// A server on loopback that passes what it gets on to another port of loopback.
final class Relay implements AutoCloseable {
  private static final int TLS_HANDSHAKE = 22;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final Kind kind;
  private final int target;
  private final ServerSocket socket;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private Relay(Kind kind, ServerSocketFactory sockets, int target) throws IOException {
    this.kind = kind;
    this.target = target;
    socket = sockets.createServerSocket(0, 50, LOOPBACK);
    threads.execute(this::acceptAll);
  }

  private enum Kind {
    PROXY,
    SILENT_PORT
  }

  /// A proxy before `target`, whatever host it is asked for.
  static Relay proxy(ServerSocketFactory sockets, int target) throws IOException {
    return new Relay(Kind.PROXY, sockets, target);
  }

  /// A port that passes TLS on and never says a word to anything else.
  static Relay silentToPlain(int target) throws IOException {
    return new Relay(Kind.SILENT_PORT, ServerSocketFactory.getDefault(), target);
  }

  int port() {
    return socket.getLocalPort();
  }

  /// What came first over each connection: a head, or `TLS`.
  List<String> heads() {
    return heads;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (var connection : open) {
      connection.close();
    }
    threads.shutdownNow();
  }

  private void acceptAll() {
    try {
      while (true) {
        var connection = socket.accept();
        open.add(connection);
        threads.execute(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try {
      var in = client.getInputStream();
      int first = in.read();
      var head = first == TLS_HANDSHAKE ? "TLS" : (char) first + rest(in);
      heads.add(head);
      switch (kind) {
        case PROXY -> proxy(client, head);
        case SILENT_PORT -> {
          if (first == TLS_HANDSHAKE) {
            join(client, new byte[] {TLS_HANDSHAKE});
          }
        }
      }
    } catch (IOException e) {
      // One of them went away.
    }
  }

  private void proxy(Socket client, String head) throws IOException {
    if (head.equals("TLS")) {
      client.close();
    } else if (head.startsWith("CONNECT ")) {
      client.getOutputStream().write("HTTP/1.1 200 Go on\r\n\r\n".getBytes(ISO_8859_1));
      client.getOutputStream().flush();
      join(client, new byte[0]);
    } else {
      join(client, head.getBytes(ISO_8859_1));
    }
  }

  /// Moves bytes both ways until one side ends.
  private void join(Socket client, byte[] first) throws IOException {
    var server = new Socket(LOOPBACK, target);
    open.add(server);
    server.getOutputStream().write(first);
    threads.execute(() -> pump(server, client));
    pump(client, server);
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Ended.
    }
  }

  private static String rest(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no head");
      }
      head.append((char) next);
    }
    return head.toString();
  }
}
