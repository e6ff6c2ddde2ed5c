package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
  private static final int MAX_BODY_MEMORY_BYTES = 64 << 20;

  private final Provider provider;
  private final Metrics metrics;
  private final Semaphore slots;
  private final RequestBody bodies = new RequestBody(MAX_BODY_MEMORY_BYTES);

  ProviderHandler(Provider provider, Metrics metrics) {
    this(provider, metrics, new Semaphore(MAX_REQUESTS, true));
  }

  /// @param slots one for each request that may be answered at the same time
  ProviderHandler(Provider provider, Metrics metrics, Semaphore slots) {
    this.provider = provider;
    this.metrics = metrics;
    this.slots = slots;
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
        case RequestBody.Read.Whole(var body) -> answer(endpoint, body, deadline);
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

  private Answer answer(Endpoint endpoint, Bytes body, Deadline deadline)
      throws InterruptedException {
    var line = deadline.remaining().dividedBy(2);
    if (!slots.tryAcquire(line.toNanos(), TimeUnit.NANOSECONDS)) {
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
      slots.release();
    }
  }

  private Answer shed() {
    metrics.shed("request");
    return Answer.failure(
        HttpStatus.SERVICE_UNAVAILABLE_503, "too many requests at the same time; ask again");
  }
}
