package dev.countersign.testkit;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// The bytes of one answer on their way, and what can happen to them there.
final class Transmission {
  private static final long MOST_ENDLESS_BYTES = 1L << 30;

  private final HttpExchange exchange;
  private final Closing closing;

  Transmission(HttpExchange exchange, Closing closing) {
    this.exchange = exchange;
    this.closing = closing;
  }

  void send(Reply reply, Optional<Fault> fault) throws IOException, InterruptedException {
    if (fault.isEmpty()) {
      sendAll(reply, reply.body().length, reply.body().length);
      return;
    }
    var length = reply.body().length;
    switch (fault.get()) {
      case Fault.Dribble dribble -> sendSlowly(reply, dribble.pause());
      case Fault.Truncate truncate -> sendAll(reply, length, Math.min(length, truncate.bytes()));
      case Fault.CorruptBody _ -> sendAll(corrupt(reply), length, length);
      case Fault.LieAboutLength lie -> {
        var announced = Math.max(0, length + lie.difference());
        sendAll(reply, announced, Math.min(announced, length));
      }
      case Fault.WrongHeader wrong ->
          sendAll(reply.without(wrong.name()).with(wrong.name(), wrong.value()), length, length);
      case Fault.MissingHeader missing -> sendAll(reply.without(missing.name()), length, length);
      case Fault.Status _,
          Fault.DropConnection _,
          Fault.LoseReply _,
          Fault.Stall _,
          Fault.RedirectTo _,
          Fault.EndlessBody _,
          Fault.AlternateDigests _ ->
          throw new IllegalStateException("not a fault of the transmission");
    }
  }

  private static Reply corrupt(Reply reply) {
    var body = reply.body().clone();
    if (body.length > 0) {
      body[0] ^= 1;
    }
    return reply.body(body);
  }

  /// Announces a length and sends so many bytes; the connection ends when these differ.
  private void sendAll(Reply reply, int announced, int sent) throws IOException {
    announce(reply, announced);
    if (!isBodiless(reply)) {
      exchange.getResponseBody().write(reply.body(), 0, sent);
      exchange.getResponseBody().flush();
    }
  }

  private void sendSlowly(Reply reply, Duration pause) throws IOException, InterruptedException {
    announce(reply, reply.body().length);
    if (isBodiless(reply)) {
      return;
    }
    var out = exchange.getResponseBody();
    for (var octet : reply.body()) {
      if (closing.within(pause)) {
        return;
      }
      out.write(octet);
      out.flush();
    }
  }

  void sendEndless() throws IOException {
    exchange.sendResponseHeaders(200, 0);
    var out = exchange.getResponseBody();
    var block = new byte[1 << 16];
    Arrays.fill(block, (byte) ' ');
    for (var sent = 0L; sent < MOST_ENDLESS_BYTES && !closing.isClosed(); sent += block.length) {
      write(out, block);
    }
  }

  private static void write(OutputStream out, byte[] block) throws IOException {
    out.write(block);
    out.flush();
  }

  private void announce(Reply reply, int length) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    if (isHead() && reply.status() != 304) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(length));
    }
    exchange.sendResponseHeaders(reply.status(), isBodiless(reply) || length == 0 ? -1 : length);
  }

  private boolean isBodiless(Reply reply) {
    return isHead() || reply.status() == 204 || reply.status() == 304;
  }

  private boolean isHead() {
    return exchange.getRequestMethod().equals("HEAD");
  }
}
