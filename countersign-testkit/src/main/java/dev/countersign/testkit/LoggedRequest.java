package dev.countersign.testkit;

import java.util.Optional;

/// A request and the status it was answered with; 0 when the connection was dropped instead.
public record LoggedRequest(Request request, int status) {
  public String method() {
    return request.method();
  }

  public String path() {
    return request.path();
  }

  public String query() {
    return request.query();
  }

  public Optional<String> header(String name) {
    return request.header(name);
  }
}
