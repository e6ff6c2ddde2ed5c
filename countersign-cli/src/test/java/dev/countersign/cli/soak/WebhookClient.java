package dev.countersign.cli.soak;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One connection of Gatekeeper's: HTTP/1.1 over TLS 1.3.
final class WebhookClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final SSLSocket socket;
  private final InputStream in;
  private boolean isEnded;

  private WebhookClient(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  static WebhookClient connect(SSLContext tls, int port) throws IOException {
    var socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    try {
      socket.startHandshake();
      return new WebhookClient(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// What came back.
  record Answer(int status, JsonObject response) {
    Optional<JsonObject> item(String key) throws FormatException {
      for (var item : response.getArray("items")) {
        var object = item.asObject("an item");
        if (object.getString("key").equals(key)) {
          return Optional.of(object);
        }
      }
      return Optional.empty();
    }

    String systemError() throws FormatException {
      return response.getString("systemError");
    }
  }

  /// Whether the server said that this connection ends.
  boolean isEnded() {
    return isEnded;
  }

  /// The number of the server's certificate.
  BigInteger serial() throws IOException {
    var certificates = socket.getSession().getPeerCertificates();
    return ((X509Certificate) certificates[0]).getSerialNumber();
  }

  Answer ask(String path, List<String> keys) throws IOException, FormatException {
    var body = request(keys);
    var head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: countersign\r\nUser-Agent: Go-http-client/1.1\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\nAccept-Encoding: gzip\r\n\r\n";
    var all = new ByteArrayOutputStream();
    all.write(head.getBytes(StandardCharsets.ISO_8859_1));
    all.write(body);
    socket.getOutputStream().write(all.toByteArray());
    return receive();
  }

  private Answer receive() throws IOException, FormatException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    int length = 0;
    for (var line = line(); !line.isEmpty(); line = line()) {
      var header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      isEnded |= header.equals("connection: close");
    }
    var body = in.readNBytes(length);
    return new Answer(status, JsonValue.parseObject(Bytes.copyOf(body)).getObject("response"));
  }

  private static byte[] request(List<String> keys) {
    var items = keys.stream().<JsonValue>map(JsonValue.JsonString::new).toList();
    return JsonObject.empty()
        .with("apiVersion", "externaldata.gatekeeper.sh/v1beta1")
        .with("kind", "ProviderRequest")
        .with("request", JsonObject.empty().with("keys", new JsonValue.JsonArray(items)))
        .toBytes()
        .toArray();
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  /// Ends it, and its TLS session: Gatekeeper resumes none.
  @Override
  public void close() throws IOException {
    socket.getSession().invalidate();
    socket.close();
  }
}
