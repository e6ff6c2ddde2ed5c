package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The provider's paths over HTTP. Each request runs on a thread of its own and may block.
final class ProviderHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger("countersign.provider");
  private static final int MAX_REQUESTS = 256;
  private static final int MAX_WAITING = 1_024;

  private final Provider provider;
  private final Metrics metrics;
  private final Turns turns;
  private final RequestBody bodies = new RequestBody(Heap.share(16, 64 << 20));

  ProviderHandler(Provider provider, Metrics metrics) {
    this(provider, metrics, new Turns(MAX_REQUESTS, MAX_WAITING, System::nanoTime));
  }

  /// @param turns of the requests whose bodies are there
  ProviderHandler(Provider provider, Metrics metrics, Turns turns) {
    this.provider = provider;
    this.metrics = metrics;
    this.turns = turns;
  }

  /// An answer with its status.
  private record Answer(int status, ProviderResponse response) {
    static Answer failure(int status, String cause) {
      return new Answer(status, ProviderResponse.failure(cause));
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var endpoint = provider.find(Request.getPathInContext(request));
    var label = endpoint.map(Endpoint::path).orElse("other");
    Answer answer;
    if (endpoint.isEmpty()) {
      answer =
          Answer.failure(HttpStatus.NOT_FOUND_404, "expected a path of the provider, got other");
    } else if (!HttpMethod.POST.is(request.getMethod())) {
      response.getHeaders().put(HttpHeader.ALLOW, "POST");
      answer = Answer.failure(HttpStatus.METHOD_NOT_ALLOWED_405, "expected POST, got other");
    } else {
      answer = answer(endpoint.get(), request);
    }
    metrics.answered(label, answer.status, System.nanoTime() - request.getHeadersNanoTime());
    JsonBody.write(response, answer.status, answer.response.toBytes(), callback);
    return true;
  }

  private Answer answer(Endpoint endpoint, Request request) throws InterruptedException {
    var deadline = deadline(request);
    try {
      return switch (bodies.read(request, ProviderRequest.MAX_BYTES)) {
        case RequestBody.Read.Whole(var body) -> answer(endpoint, client(request), body, deadline);
        case RequestBody.Read.TooLong _ ->
            Answer.failure(HttpStatus.PAYLOAD_TOO_LARGE_413, "expected at most 1 MiB, got more");
        case RequestBody.Read.Late _ ->
            Answer.failure(HttpStatus.REQUEST_TIMEOUT_408, "the body did not come in time");
        case RequestBody.Read.NoRoom _ -> shed();
      };
    } catch (IOException e) {
      return Answer.failure(HttpStatus.BAD_REQUEST_400, "the body ended early");
    }
  }

  /// The time of a request counts from its header, wherever it waited since.
  private Deadline deadline(Request request) {
    var waited = Duration.ofNanos(System.nanoTime() - request.getHeadersNanoTime());
    return Deadline.after(provider.deadline().minus(waited));
  }

  /// The machine that asks; its ports change.
  private static String client(Request request) {
    return Request.getRemoteAddr(request);
  }

  private Answer answer(Endpoint endpoint, String client, Bytes body, Deadline deadline)
      throws InterruptedException {
    if (!turns.take(client, deadline.remaining().dividedBy(2))) {
      return shed();
    }
    try {
      var request = ProviderRequest.parse(body);
      return new Answer(HttpStatus.OK_200, provider.answer(endpoint, request, deadline));
    } catch (FormatException e) {
      return Answer.failure(HttpStatus.BAD_REQUEST_400, e.problem());
    } catch (RuntimeException e) {
      LOG.error("cannot answer at {}", endpoint.path(), e);
      return Answer.failure(HttpStatus.INTERNAL_SERVER_ERROR_500, "internal error, see the log");
    } finally {
      turns.leave();
    }
  }

  private Answer shed() {
    metrics.shed("request");
    return Answer.failure(
        HttpStatus.SERVICE_UNAVAILABLE_503, "too many requests at the same time; ask again");
  }
}
