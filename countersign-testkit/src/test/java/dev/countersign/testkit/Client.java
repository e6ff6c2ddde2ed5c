package dev.countersign.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/// Just enough of a client to say in one line what is asked.
final class Client implements AutoCloseable {
  private final HttpClient http;
  private final URI base;

  Client(InProcessRegistry registry) {
    this(HttpClient.newHttpClient(), registry.uri());
  }

  Client(InProcessRegistry registry, SSLContext context) {
    this(HttpClient.newBuilder().sslContext(context).build(), registry.uri());
  }

  private Client(HttpClient http, URI base) {
    this.http = http;
    this.base = base;
  }

  /// An answer with its body as text.
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    byte[] bytes() {
      return response.body();
    }

    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }
  }

  Answer get(String path, String... headers) throws IOException, InterruptedException {
    return send("GET", path, new byte[0], headers);
  }

  Answer head(String path, String... headers) throws IOException, InterruptedException {
    return send("HEAD", path, new byte[0], headers);
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, new byte[0]);
  }

  Answer post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    return send("POST", path, body, headers);
  }

  Answer put(String path, byte[] body, String... headers) throws IOException, InterruptedException {
    return send("PUT", path, body, headers);
  }

  Answer patch(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    return send("PATCH", path, body, headers);
  }

  private Answer send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    var publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(20))
            .method(method, publisher);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return new Answer(http.send(request.build(), BodyHandlers.ofByteArray()));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
