package dev.countersign.trust;

import dev.countersign.format.Bytes;
import dev.countersign.key.PublicKey;

/// A log of signatures or of certificates whose word counts.
///
/// @param baseUrl where it is; with a log of tiles the host is its name
/// @param id as entries and certificates name the log, most often the SHA-256 of its key
/// @param validity when its key signs for it
public record TrustedLog(String baseUrl, Bytes id, PublicKey key, Validity validity) {
  /// The host and path of its URL, without scheme and slash at the end.
  public String origin() {
    int scheme = baseUrl.indexOf("://");
    var rest = scheme < 0 ? baseUrl : baseUrl.substring(scheme + 3);
    return rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
  }
}
