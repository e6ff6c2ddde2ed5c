package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;

/// Asks the service as Gatekeeper's client does, byte for byte, and makes of the answer what the
/// cluster's user sees.
final class DemoGatekeeper {
  private static final int MAX_BYTES = 1 << 20;
  private static final int PATIENCE_MILLIS = 30_000;

  private final SSLContext tls;
  private final int port;

  DemoGatekeeper(SSLContext tls, int port) {
    this.tls = tls;
    this.port = port;
  }

  /// What becomes of a Pod.
  ///
  /// @param text in the words of kubectl
  record Outcome(boolean isAdmitted, String text) {}

  Outcome review(String image) throws FormatException, IOException {
    var response = JsonValue.parseObject(Bytes.utf8(post(question(image)))).getObject("response");
    var fault = response.findString("systemError").orElse("");
    for (var value : response.findArray("items")) {
      var item = value.asObject("an item");
      if (item.getString("key").equals(image)) {
        var error = item.findString("error").orElse("");
        return error.isEmpty() && fault.isEmpty()
            ? new Outcome(true, "pod/%s created".formatted(nameOf(image)))
            : denied(error.isEmpty() ? fault : error);
      }
    }
    return denied(fault.isEmpty() ? "no answer" : fault);
  }

  /// The body that Gatekeeper sends for one image.
  static String question(String image) {
    var request = new JsonValue.JsonArray(List.of(new JsonValue.JsonString(image)));
    var json =
        JsonObject.empty()
            .with("apiVersion", "externaldata.gatekeeper.sh/v1beta1")
            .with("kind", "ProviderRequest")
            .with("request", JsonObject.empty().with("keys", request));
    try {
      return json.toBytes().toUtf8();
    } catch (FormatException e) {
      throw new AssertionError("we made this text", e);
    }
  }

  private static Outcome denied(String reason) {
    return new Outcome(
        false,
        "Error from server (Forbidden): admission webhook \"validation.gatekeeper.sh\" denied the"
            + " request: [countersign] "
            + reason);
  }

  private static String nameOf(String image) {
    return image.substring(image.lastIndexOf('/') + 1, image.lastIndexOf(':'));
  }

  private String post(String body) throws IOException {
    var address = InetAddress.ofLiteral("127.0.0.1");
    try (var socket = tls.getSocketFactory().createSocket(address, port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      var head =
          """
          POST /v1/verify HTTP/1.1
          Host: 127.0.0.1:%d
          User-Agent: Go-http-client/1.1
          Content-Length: %d
          Content-Type: application/json
          Accept-Encoding: gzip

          """
              .formatted(port, bytes.length)
              .replace("\n", "\r\n");
      var out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(bytes);
      out.flush();
      return read(new BufferedInputStream(socket.getInputStream()));
    }
  }

  private static String read(InputStream in) throws IOException {
    int length = -1;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
    }
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException("expected an answer with a length of at most 1 MiB, got another");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
