package dev.countersign.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A server on loopback that answers each request with the next of its texts, whatever they are.
final class RawServer implements AutoCloseable {
  /// Instead of an answer: the connection ends.
  static final String HANG_UP = "";

  /// Instead of an answer: nothing, and the connection stays.
  static final String SILENCE = "\1";

  /// Before an answer: the connection ends after it.
  static final String LAST = "\0";

  private final ServerSocket socket;
  private final ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  RawServer(String... answers) throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    then(answers);
    Thread.ofPlatform().daemon().start(this::acceptAll);
  }

  RawServer then(String... more) {
    answers.addAll(List.of(more));
    return this;
  }

  static String ok(String body, String... headers) {
    return answer("200 OK", body, headers);
  }

  static String answer(String status, String body, String... headers) {
    var lines = new StringBuilder("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length());
    for (var header : headers) {
      lines.append("\r\n").append(header);
    }
    return lines + "\r\n\r\n" + body;
  }

  int port() {
    return socket.getLocalPort();
  }

  String hostAndPort() {
    return "127.0.0.1:" + port();
  }

  String url(String path) {
    return "http://" + hostAndPort() + path;
  }

  /// The requests so far: head and body.
  List<String> requests() {
    return requests;
  }

  /// How many connections were made.
  int connections() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (var connection : open) {
      connection.close();
    }
  }

  private void acceptAll() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      while (true) {
        var connection = socket.accept();
        open.add(connection);
        threads.execute(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      var in = connection.getInputStream();
      for (var head = head(in); !head.isEmpty(); head = head(in)) {
        requests.add(head + new String(in.readNBytes(bodyLength(head)), ISO_8859_1));
        var answer = answers.poll();
        if (answer == null || answer.equals(HANG_UP)) {
          return;
        }
        if (answer.equals(SILENCE)) {
          continue;
        }
        boolean last = answer.startsWith(LAST);
        connection.getOutputStream().write(answer.substring(last ? 1 : 0).getBytes(ISO_8859_1));
        connection.getOutputStream().flush();
        if (!answer.startsWith("HTTP/1.1") || answer.contains("Connection: close")) {
          return;
        }
      }
    } catch (IOException e) {
      // The client went away.
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
      if (head.length() == 1 && next == 22) {
        return ""; // a TLS handshake: hang up
      }
    }
    return head.toString();
  }

  private static int bodyLength(String head) {
    for (var line : head.lines().toList()) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        return Integer.parseInt(line.substring(15).strip());
      }
    }
    return 0;
  }
}
