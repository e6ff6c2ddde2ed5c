package dev.countersign.provider;

import dev.countersign.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Health and metrics, for the cluster.
final class AdminHandler extends Handler.Abstract.NonBlocking {
  private final Supplier<State> state;
  private final Supplier<Map<String, String>> problems;
  private final Metrics metrics;

  /// @param problems what is wrong with files, by kind; it does not stop the service
  AdminHandler(Supplier<State> state, Supplier<Map<String, String>> problems, Metrics metrics) {
    this.state = state;
    this.problems = problems;
    this.metrics = metrics;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      write(response, HttpStatus.METHOD_NOT_ALLOWED_405, "error", "expected GET", callback);
      return true;
    }
    switch (Request.getPathInContext(request)) {
      case "/healthz" -> write(response, HttpStatus.OK_200, "status", "alive", callback);
      case "/readyz" -> writeState(response, callback);
      case "/metrics" -> writeMetrics(response, callback);
      default -> write(response, HttpStatus.NOT_FOUND_404, "error", "no such path", callback);
    }
    return true;
  }

  private void writeState(Response response, Callback callback) {
    var now = state.get();
    int status =
        switch (now) {
          case READY -> HttpStatus.OK_200;
          case STARTING, STOPPING -> HttpStatus.SERVICE_UNAVAILABLE_503;
        };
    var json = JsonObject.empty().with("status", now.word());
    var wrong = problems.get();
    if (!wrong.isEmpty()) {
      json = json.with("problems", JsonObject.ofStrings(wrong));
    }
    JsonBody.write(response, status, json.toBytes(), callback);
  }

  private void writeMetrics(Response response, Callback callback) {
    var text = metrics.toText();
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Metrics.CONTENT_TYPE);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, text.length);
    response.write(true, ByteBuffer.wrap(text), callback);
  }

  private static void write(
      Response response, int status, String name, String word, Callback callback) {
    JsonBody.write(response, status, JsonObject.empty().with(name, word).toBytes(), callback);
  }
}
