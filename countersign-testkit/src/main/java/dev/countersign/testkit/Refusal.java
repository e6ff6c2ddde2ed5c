package dev.countersign.testkit;

import java.io.Serial;
import java.util.Map;

/// A request that gets an error instead of what it asked for.
final class Refusal extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Reply reply;

  Refusal(ErrorCode code, String message) {
    this(message, Reply.error(code, message));
  }

  Refusal(String message, Reply reply) {
    super(message, null, false, false);
    this.reply = reply;
  }

  /// A refusal whose answer has another status or more headers than its code alone gives.
  static Refusal of(int status, ErrorCode code, String message) {
    var body = Json.write(Reply.errors(code, message, Map.of()));
    return new Refusal(message, Reply.of(status).body("application/json", body));
  }

  /// A refusal by a service that is no registry, with a plain message.
  static Refusal plain(int status, String message) {
    var body = Json.write(Map.of("code", status, "message", message));
    return new Refusal(message, Reply.of(status).body("application/json", body));
  }

  Reply reply() {
    return reply;
  }
}
