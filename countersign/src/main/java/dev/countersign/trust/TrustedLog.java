package dev.countersign.trust;

import dev.countersign.format.Bytes;
import dev.countersign.key.PublicKey;

/// A log of signatures or of certificates whose word counts.
///
/// @param baseUrl where it is; a log of tiles is named by it
/// @param id as entries and certificates name the log, most often the SHA-256 of its key
/// @param validity when its key signs for it
public record TrustedLog(String baseUrl, Bytes id, PublicKey key, Validity validity) {
  /// Whether a log of tiles at that URL calls itself `origin`: by the host, or by all that follows
  /// the scheme.
  public boolean isNamed(String origin) {
    var parts = baseUrl.split("://", 2);
    var rest = parts[parts.length - 1];
    var whole = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    return !origin.isEmpty() && (origin.equals(whole) || origin.equals(host(whole)));
  }

  private static String host(String rest) {
    var authority = rest.split("/", 2)[0];
    int port = authority.lastIndexOf(':');
    return port <= authority.lastIndexOf(']') ? authority : authority.substring(0, port);
  }
}
