package dev.countersign.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One connection to a provider, as Gatekeeper speaks on it. Not for more than one thread.
final class Gatekeeper implements AutoCloseable {
  private static final int MOST_MILLIS = 10_000;
  private static final AtomicLong COUNT = new AtomicLong();

  private final SSLSocket socket;
  private final InputStream in;

  /// Connects under a name that was never used, so that no session is resumed: Gatekeeper resumes
  /// none.
  Gatekeeper(SSLContext context, int port) throws IOException {
    var plain = new Socket();
    plain.setSoTimeout(MOST_MILLIS);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MOST_MILLIS);
    var name = "client-" + COUNT.incrementAndGet();
    socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
    socket.setTcpNoDelay(true);
    socket.setEnabledProtocols(new String[] {"TLSv1.3"});
    in = new BufferedInputStream(socket.getInputStream());
  }

  /// The body of a request about these images.
  static String body(List<String> images) {
    return images.stream()
        .map(image -> '"' + image + '"')
        .collect(
            Collectors.joining(
                ",",
                "{\"apiVersion\":\"externaldata.gatekeeper.sh/v1beta1\",\"kind\":\"ProviderRequest\","
                    + "\"request\":{\"keys\":[",
                "]}}"));
  }

  /// A request about these images, ready to send.
  static byte[] request(List<String> images) {
    var body = body(images);
    return ("POST /v1/verify HTTP/1.1\r\nHost: countersign.countersign:8090\r\n"
            + "User-Agent: Go-http-client/1.1\r\nContent-Length: "
            + body.length()
            + "\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// Sends a request and reads the whole answer.
  ///
  /// @return the answer's body
  String ask(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    int length = -1;
    for (var line = line(); !line.isEmpty(); line = line()) {
      var lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
    }
    if (length < 0) {
      throw new IOException("expected an answer of a known length");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  /// Asks about images that must all be verified, and returns the time of it in milliseconds.
  double time(byte[] request) throws IOException {
    long start = System.nanoTime();
    var answer = ask(request);
    double millis = (System.nanoTime() - start) / 1e6;
    if (!isYes(answer)) {
      throw new IOException("expected verified images, got " + answer);
    }
    return millis;
  }

  /// Asks about images, and tells whether all were verified; a service with too much to do says no.
  boolean verifies(byte[] request) throws IOException {
    return isYes(ask(request));
  }

  private static boolean isYes(String answer) {
    return !answer.contains("\"error\"") && answer.contains("\"systemError\":\"\"");
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("expected an answer, got the end of the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
