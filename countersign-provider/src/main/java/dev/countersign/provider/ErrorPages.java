package dev.countersign.provider;

import dev.countersign.format.Bytes;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// What Jetty answers on its own, in the form that Gatekeeper reads: it judges no status, so a page
/// of HTML would be a riddle in its message.
final class ErrorPages extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    JsonBody.write(response, status, body(status), callback);
    return true;
  }

  private static Bytes body(int status) {
    var cause =
        status == HttpStatus.SERVICE_UNAVAILABLE_503
            ? "stopping"
            : status + " " + HttpStatus.getMessage(status);
    return ProviderResponse.failure(cause).toBytes();
  }
}
