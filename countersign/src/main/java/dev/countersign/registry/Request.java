package dev.countersign.registry;

import dev.countersign.format.Bytes;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// One HTTP request.
///
/// @param limitBytes the most of an answer's body that is read
record Request(
    String method,
    Url url,
    Map<String, String> headers,
    Bytes body,
    int limitBytes,
    Transfer transfer) {
  static final Bytes NO_BODY = Bytes.copyOf(new byte[0]);
  static final String FORM = "application/x-www-form-urlencoded";
  static final String AUTHORIZATION = "Authorization";

  /// How bodies are moved.
  sealed interface Transfer {
    /// As a whole, from memory and into it.
    record Whole() implements Transfer {}

    /// The request's body comes from `content`, which gives `size` bytes or fails.
    record Upload(long size, InputStream content) implements Transfer {}

    /// The body of an answer 200, of `size` bytes, goes to `reader`.
    record Download(long size, ContentStore.BlobReader reader) implements Transfer {}
  }

  Request(String method, Url url, Map<String, String> headers, Bytes body, int limitBytes) {
    this(method, url, headers, body, limitBytes, new Transfer.Whole());
  }

  Request(String method, Url url) {
    this(method, url, Map.of(), NO_BODY, 0);
  }

  static Request head(Url url) {
    return new Request("HEAD", url);
  }

  static Request get(Url url, int limitBytes) {
    return new Request("GET", url, Map.of(), NO_BODY, limitBytes);
  }

  static Request download(Url url, long size, ContentStore.BlobReader reader) {
    return new Request("GET", url, Map.of(), NO_BODY, 0, new Transfer.Download(size, reader));
  }

  static Request upload(Url url, long size, InputStream content) {
    return new Request(
        "PUT",
        url,
        Map.of(),
        NO_BODY,
        Response.MAX_ERROR_BYTES,
        new Transfer.Upload(size, content));
  }

  static Request delete(Url url) {
    return new Request("DELETE", url, Map.of(), NO_BODY, Response.MAX_ERROR_BYTES);
  }

  static Request post(Url url, Bytes body) {
    return new Request("POST", url, Map.of(), body, Response.MAX_ERROR_BYTES);
  }

  static Request put(Url url, Bytes body) {
    return new Request("PUT", url, Map.of(), body, Response.MAX_ERROR_BYTES);
  }

  Request with(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Request(method, url, more, body, limitBytes, transfer);
  }

  Request without(String name) {
    var fewer = new LinkedHashMap<>(headers);
    fewer.remove(name);
    return new Request(method, url, fewer, body, limitBytes, transfer);
  }

  Request to(Url other) {
    return new Request(method, other, headers, body, limitBytes, transfer);
  }

  boolean isAuthorized() {
    return headers.containsKey(AUTHORIZATION);
  }

  /// Whether it shows a secret; a form shows a refresh token.
  boolean isConfidential() {
    return isAuthorized() || FORM.equals(headers.get("Content-Type"));
  }

  boolean hasBody() {
    return method.equals("POST") || method.equals("PUT");
  }

  /// Whether it may silently be sent again when a kept connection turns out to be dead. Starting an
  /// upload twice does no harm: nobody uses the first.
  boolean isRepeatable() {
    return !method.equals("PUT");
  }

  /// What is asked, without query and headers.
  @Override
  public String toString() {
    return method + ' ' + url;
  }
}
