package dev.countersign.testkit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An answer before it is sent: status, headers, body.
final class Reply {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private Reply(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  static Reply of(int status) {
    return new Reply(status, Map.of(), new byte[0]);
  }

  static Reply error(ErrorCode code, String message) {
    return error(code, message, Map.of());
  }

  static Reply error(ErrorCode code, String message, Map<String, ?> detail) {
    return of(code.status()).body("application/json", Json.write(errors(code, message, detail)));
  }

  static Map<String, ?> errors(ErrorCode code, String message, Map<String, ?> detail) {
    var error = new LinkedHashMap<String, Object>();
    error.put("code", code.name());
    error.put("message", message);
    if (!detail.isEmpty()) {
      error.put("detail", detail);
    }
    return Map.of("errors", List.of(error));
  }

  Reply with(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, Collections.unmodifiableMap(more), body);
  }

  Reply without(String name) {
    var less = new LinkedHashMap<>(headers);
    less.keySet().removeIf(name::equalsIgnoreCase);
    return new Reply(status, Collections.unmodifiableMap(less), body);
  }

  /// This answer with a body; the array is not copied and belongs to the answer from now on.
  Reply body(String mediaType, byte[] content) {
    return new Reply(status, with("Content-Type", mediaType).headers, content);
  }

  Reply body(byte[] content) {
    return new Reply(status, headers, content);
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }
}
