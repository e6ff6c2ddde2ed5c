package dev.countersign.provider;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.net.InetSocketAddress;
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

/// Health and metrics, for the cluster; and why decisions were as they were, for callers from this
/// machine, or with the token.
final class AdminHandler extends Handler.Abstract.NonBlocking {
  private static final String DECISIONS = "/v1/decisions";
  private static final String BEARER = "Bearer ";
  private static final int SHOWN = 100;

  private final Supplier<State> state;
  private final Supplier<Map<String, String>> problems;
  private final Metrics metrics;
  private final DecisionRing decisions;
  private final Supplier<AdminToken> token;

  /// @param problems what is wrong with files, by kind; it does not stop the service
  AdminHandler(
      Supplier<State> state,
      Supplier<Map<String, String>> problems,
      Metrics metrics,
      DecisionRing decisions,
      Supplier<AdminToken> token) {
    this.state = state;
    this.problems = problems;
    this.metrics = metrics;
    this.decisions = decisions;
    this.token = token;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      write(response, HttpStatus.METHOD_NOT_ALLOWED_405, "error", "expected GET", callback);
      return true;
    }
    var path = Request.getPathInContext(request);
    if (path.equals(DECISIONS) || path.startsWith(DECISIONS + '/')) {
      writeDecisions(request, response, path, callback);
      return true;
    }
    switch (path) {
      case "/healthz" -> write(response, HttpStatus.OK_200, "status", "alive", callback);
      case "/readyz" -> writeState(response, callback);
      case "/metrics" -> writeMetrics(response, callback);
      default -> write(response, HttpStatus.NOT_FOUND_404, "error", "no such path", callback);
    }
    return true;
  }

  private void writeDecisions(Request request, Response response, String path, Callback callback) {
    if (!mayAsk(request)) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
      write(
          response,
          HttpStatus.UNAUTHORIZED_401,
          "error",
          "expected a caller on this machine, or the bearer token of --admin-token-file",
          callback);
      return;
    }
    if (path.equals(DECISIONS)) {
      var image = Request.extractQueryParameters(request).getValue("image");
      var shown = image == null ? decisions.newest(SHOWN) : decisions.about(image, SHOWN);
      var items = shown.stream().<JsonValue>map(DecisionRing.Entry::toJson).toList();
      var json = JsonObject.empty().with("decisions", new JsonValue.JsonArray(items));
      JsonBody.write(response, HttpStatus.OK_200, json.toBytes(), callback);
      return;
    }
    decisions
        .find(path.substring(DECISIONS.length() + 1))
        .ifPresentOrElse(
            entry ->
                JsonBody.write(response, HttpStatus.OK_200, entry.toJson().toBytes(), callback),
            () ->
                write(
                    response,
                    HttpStatus.NOT_FOUND_404,
                    "error",
                    "no such decision among the last " + DecisionRing.MAX,
                    callback));
  }

  private boolean mayAsk(Request request) {
    var isLocal =
        request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress from
            && from.getAddress() != null
            && from.getAddress().isLoopbackAddress();
    if (isLocal) {
      return true;
    }
    var shown = String.valueOf(request.getHeaders().get(HttpHeader.AUTHORIZATION));
    return switch (token.get()) {
      case AdminToken.None _ -> false;
      case AdminToken.Bearer bearer ->
          shown.startsWith(BEARER) && bearer.is(shown.substring(BEARER.length()));
    };
  }

  private void writeState(Response response, Callback callback) {
    var now = state.get();
    int status =
        switch (now) {
          case READY -> HttpStatus.OK_200;
          case STARTING, DRAINING, STOPPING -> HttpStatus.SERVICE_UNAVAILABLE_503;
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
