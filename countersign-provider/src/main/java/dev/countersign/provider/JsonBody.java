package dev.countersign.provider;

import dev.countersign.format.Bytes;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// A response whose body is JSON.
final class JsonBody {
  static final String CONTENT_TYPE = "application/json";

  private JsonBody() {}

  /// Writes the whole response, and then completes `callback`.
  static void write(Response response, int status, Bytes json, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, json.size());
    response.write(true, json.asBuffer(), callback);
  }
}
