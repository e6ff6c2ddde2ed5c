package dev.countersign.testkit;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request as the registry saw it, before it was answered.
///
/// Header names are in lower case. Of an `Authorization` only the scheme is kept (`Basic`,
/// `Bearer`), so that a log of requests holds no secret. `query` is as it came, without the
/// question mark, and empty when there was none.
public record Request(
    String method, String host, String path, String query, Map<String, String> headers) {
  public Request {
    headers = Map.copyOf(headers);
  }

  /// The first value of a header, by a name in any case.
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /// Whether credentials of any kind came along.
  public boolean isAuthorized() {
    return headers.containsKey("authorization");
  }

  public boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  public boolean isManifest() {
    return Route.parse(path) instanceof Route.Manifest;
  }

  /// Whether a manifest is asked for or written by a tag, not by a digest.
  public boolean isTag() {
    return Route.parse(path) instanceof Route.Manifest(var _, var reference)
        && !ContentDigest.isValid(reference);
  }

  public boolean isBlob() {
    return Route.parse(path) instanceof Route.Blob;
  }

  public boolean isUpload() {
    return Route.parse(path) instanceof Route.Uploads || Route.parse(path) instanceof Route.Upload;
  }

  public boolean isReferrers() {
    return Route.parse(path) instanceof Route.Referrers;
  }

  public boolean isToken() {
    return Route.parse(path) instanceof Route.Token;
  }
}
