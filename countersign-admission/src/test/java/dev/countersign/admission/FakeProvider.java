package dev.countersign.admission;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.testkit.FakeCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A provider that is not ours: it answers over TLS 1.3 those who show a certificate of its
/// authority, always in the same way.
final class FakeProvider implements AutoCloseable {
  private final Answer answer;
  private final HttpsServer server;
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// How it answers.
  sealed interface Answer {
    /// A yes to all that is asked, after a while.
    record Yes(Duration after) implements Answer {}

    /// These bytes, at once.
    record Text(int status, String body) implements Answer {}
  }

  private FakeProvider(FakeCa ca, Answer answer) throws IOException {
    this.answer = answer;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var context = ca.loopbackServer().context(ca);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            var tls = context.getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
            tls.setProtocols(new String[] {"TLSv1.3"});
            parameters.setSSLParameters(tls);
          }
        });
    server.createContext("/v1/verify", this::handle);
    server.setExecutor(threads);
  }

  static FakeProvider start(FakeCa ca, Answer answer) throws IOException {
    var provider = new FakeProvider(ca, answer);
    provider.server.start();
    return provider;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var request = Bytes.copyOf(exchange.getRequestBody().readAllBytes());
    try {
      switch (answer) {
        case Answer.Yes yes -> {
          end.await(yes.after().toMillis(), TimeUnit.MILLISECONDS);
          send(exchange, 200, yes(JsonValue.parseObject(request).getObject("request")).toBytes());
        }
        case Answer.Text text -> send(exchange, text.status(), Bytes.utf8(text.body()));
      }
    } catch (FormatException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static JsonObject yes(JsonObject request) throws FormatException {
    var items = new ArrayList<JsonValue>();
    for (var key : request.getArray("keys")) {
      var text = key.asString("a key");
      var value =
          JsonObject.empty()
              .with("verified", new JsonBoolean(true))
              .with("digest", text.substring(text.indexOf('@') + 1));
      items.add(JsonObject.empty().with("key", key).with("value", value));
    }
    var response =
        JsonObject.empty().with("items", new JsonArray(List.copyOf(items))).with("systemError", "");
    return JsonObject.empty().with("response", response);
  }

  private static void send(HttpExchange exchange, int status, Bytes body) throws IOException {
    var bytes = body.toArray();
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /// Ends it, and the waits of those that it keeps waiting.
  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
