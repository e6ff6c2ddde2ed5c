package dev.countersign.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// A request on its way to an answer: what was asked, its query, and its body, not yet read.
record Call(Request request, Query query, Secret authorization, InputStream body) {
  /// The value of an `Authorization`, empty when there was none.
  record Secret(String value) {
    @Override
    public String toString() {
      return "Secret[redacted]";
    }
  }

  String method() {
    return request.method();
  }

  Optional<String> header(String name) {
    return request.header(name);
  }

  /// The body, at most `limit` bytes.
  byte[] readBody(long limit) throws IOException, Refusal {
    var most = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(0, limit));
    var content = body.readNBytes(most);
    if (content.length == most && body.read() >= 0) {
      throw new Refusal(ErrorCode.SIZE_INVALID, "expected at most " + most + " bytes");
    }
    return content;
  }
}
