package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Speaks to a provider in the bytes of Gatekeeper's client: HTTP/1.1 over TLS 1.3, no ALPN, no
/// SNI.
final class Gatekeeper {
  private final SSLContext tls;
  private final int port;

  Gatekeeper(TestServer server) {
    this(server.clientTls(), server.port());
  }

  Gatekeeper(SSLContext tls, int port) {
    this.tls = tls;
    this.port = port;
  }

  /// What came back.
  record Answer(int status, Map<String, String> headers, String body) {
    JsonObject json() throws Exception {
      return JsonValue.parseObject(Bytes.utf8(body));
    }

    JsonObject response() throws Exception {
      return json().getObject("response");
    }

    String systemError() throws Exception {
      return response().getString("systemError");
    }

    List<JsonObject> items() throws Exception {
      var items = new ArrayList<JsonObject>();
      for (var item : response().getArray("items")) {
        items.add(item.asObject("an item"));
      }
      return items;
    }

    Optional<JsonObject> item(String key) throws Exception {
      for (var item : items()) {
        if (item.getString("key").equals(key)) {
          return Optional.of(item);
        }
      }
      return Optional.empty();
    }

    String error(String key) throws Exception {
      return item(key).orElseThrow(() -> new AssertionError(body)).getString("error");
    }

    JsonObject value(String key) throws Exception {
      return item(key).orElseThrow(() -> new AssertionError(body)).getObject("value");
    }

    String text(String key) throws Exception {
      return item(key).orElseThrow(() -> new AssertionError(body)).getString("value");
    }
  }

  /// Asks about keys on a new connection.
  Answer ask(String path, String... keys) throws IOException {
    return post(path, request(keys));
  }

  Answer post(String path, String body) throws IOException {
    return exchange(head("POST", path, utf8(body).length), utf8(body));
  }

  /// One request and its answer on a new connection.
  Answer exchange(String head, byte[] body) throws IOException {
    try (var connection = connect()) {
      return connection.exchange(head, body);
    }
  }

  Connection connect() throws IOException {
    return new Connection((SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port));
  }

  static String head(String method, String path, int length) {
    return method
        + ' '
        + path
        + " HTTP/1.1\r\nHost: countersign.countersign:8090\r\n"
        + "User-Agent: Go-http-client/1.1\r\nContent-Length: "
        + length
        + "\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n";
  }

  /// The JSON that Go writes, `&`, `<` and `>` escaped.
  static String request(String... keys) {
    var items = List.of(keys).stream().<JsonValue>map(JsonValue.JsonString::new).toList();
    var request =
        JsonObject.empty()
            .with("apiVersion", "externaldata.gatekeeper.sh/v1beta1")
            .with("kind", "ProviderRequest")
            .with("request", JsonObject.empty().with("keys", new JsonValue.JsonArray(items)));
    return new String(request.toBytes().toArray(), StandardCharsets.UTF_8);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// A connection that can be asked again.
  static final class Connection implements AutoCloseable {
    private final SSLSocket socket;

    private Connection(SSLSocket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(60_000);
      socket.startHandshake();
    }

    String protocol() {
      return socket.getSession().getProtocol();
    }

    Answer exchange(String head, byte[] body) throws IOException {
      send(head, body);
      return receive();
    }

    void send(String head, byte[] body) throws IOException {
      var out = socket.getOutputStream();
      var all = new ByteArrayOutputStream();
      all.write(utf8(head));
      all.write(body);
      out.write(all.toByteArray());
      out.flush();
    }

    Answer receive() throws IOException {
      var in = socket.getInputStream();
      var status = Integer.parseInt(line(in).split(" ", 3)[1]);
      var headers = new LinkedHashMap<String, String>();
      for (var line = line(in); !line.isEmpty(); line = line(in)) {
        var parts = line.split(": ?", 2);
        headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      return new Answer(status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    boolean isEnded() throws IOException {
      return socket.getInputStream().read() < 0;
    }

    private static String line(InputStream in) throws IOException {
      var line = new ByteArrayOutputStream();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new EOFException("the connection ended in the middle of an answer");
        }
        line.write(b);
      }
      return line.toString(StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
