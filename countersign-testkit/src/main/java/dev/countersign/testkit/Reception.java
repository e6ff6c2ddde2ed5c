package dev.countersign.testkit;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Where requests come in: each is noted, answered, and spoilt if a fault waits for it.
final class Reception implements HttpHandler {
  private final Answering routes;
  private final Faults faults;
  private final RequestLog log;
  private final Closing closing;

  Reception(Answering routes, Faults faults, RequestLog log, Closing closing) {
    this.routes = routes;
    this.faults = faults;
    this.log = log;
    this.closing = closing;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request = read(exchange);
      var occurrence = faults.next(request);
      if (occurrence.isEmpty()) {
        answer(exchange, request, Optional.empty());
      } else {
        spoil(exchange, request, occurrence.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, Request request, Optional<Fault> fault)
      throws IOException, InterruptedException {
    var reply = reply(exchange, request);
    log.add(request, reply.status());
    new Transmission(exchange, closing).send(reply, fault);
  }

  private void spoil(HttpExchange exchange, Request request, Faults.Occurrence occurrence)
      throws IOException, InterruptedException {
    switch (occurrence.fault()) {
      case Fault.Status status -> replace(exchange, request, status);
      case Fault.RedirectTo redirect -> {
        var headers = Map.of("Location", redirect.location().toString());
        replace(exchange, request, new Fault.Status(307, headers, ""));
      }
      case Fault.DropConnection _ -> log.add(request, 0);
      case Fault.LoseReply _ -> {
        var _ = reply(exchange, request);
        log.add(request, 0);
      }
      case Fault.Stall stall -> stall(exchange, request, stall);
      case Fault.EndlessBody _ -> {
        log.add(request, 200);
        new Transmission(exchange, closing).sendEndless();
      }
      case Fault.AlternateDigests alternate -> {
        var digests = alternate.digests();
        var digest = digests.get(occurrence.before() % digests.size());
        var reply = reply(exchange, instead(request, digest));
        log.add(request, reply.status());
        new Transmission(exchange, closing).send(reply, Optional.empty());
      }
      case Fault.Dribble fault -> answer(exchange, request, Optional.of(fault));
      case Fault.Truncate fault -> answer(exchange, request, Optional.of(fault));
      case Fault.CorruptBody fault -> answer(exchange, request, Optional.of(fault));
      case Fault.LieAboutLength fault -> answer(exchange, request, Optional.of(fault));
      case Fault.WrongHeader fault -> answer(exchange, request, Optional.of(fault));
      case Fault.MissingHeader fault -> answer(exchange, request, Optional.of(fault));
    }
  }

  private void stall(HttpExchange exchange, Request request, Fault.Stall stall)
      throws IOException, InterruptedException {
    if (closing.during(stall)) {
      answer(exchange, request, Optional.empty());
    } else {
      log.add(request, 0);
    }
  }

  private void replace(HttpExchange exchange, Request request, Fault.Status status)
      throws IOException, InterruptedException {
    log.add(request, status.code());
    var reply = Reply.of(status.code());
    for (var header : status.headers().entrySet()) {
      reply = reply.with(header.getKey(), header.getValue());
    }
    var body = status.body().getBytes(StandardCharsets.UTF_8);
    new Transmission(exchange, closing).send(reply.body(body), Optional.empty());
  }

  private static Request instead(Request request, String digest) {
    var path =
        Route.parse(request.path()) instanceof Route.Manifest(var repository, var _)
            ? "/v2/" + repository + "/manifests/" + digest
            : request.path();
    return new Request(request.method(), request.host(), path, request.query(), request.headers());
  }

  private Reply reply(HttpExchange exchange, Request request) throws IOException {
    var authorization = exchange.getRequestHeaders().getFirst("Authorization");
    var secret = new Call.Secret(authorization == null ? "" : authorization);
    try {
      var query = Query.parse(request.query());
      return routes.answer(new Call(request, query, secret, exchange.getRequestBody()));
    } catch (Refusal refusal) {
      return refusal.reply();
    } catch (RuntimeException e) { // of a hook, or a mistake here: a test must see it
      return Reply.of(500).body("text/plain", e.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Request read(HttpExchange exchange) {
    var uri = exchange.getRequestURI();
    var headers = headers(exchange.getRequestHeaders());
    return new Request(
        exchange.getRequestMethod(),
        headers.getOrDefault("host", ""),
        Optional.ofNullable(uri.getPath()).orElse("/"),
        Optional.ofNullable(uri.getRawQuery()).orElse(""),
        headers);
  }

  private static Map<String, String> headers(Headers all) {
    var headers = new HashMap<String, String>();
    all.forEach((name, values) ->
        headers.put(name.toLowerCase(Locale.ROOT), values.isEmpty() ? "" : values.getFirst()));
    headers.computeIfPresent("authorization", (_, value) -> value.split(" ", 2)[0]);
    headers.remove("cookie");
    return headers;
  }
}
