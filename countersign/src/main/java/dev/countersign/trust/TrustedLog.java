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
    int scheme = baseUrl.indexOf("://");
    var rest = scheme < 0 ? baseUrl : baseUrl.substring(scheme + 3);
    var whole = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    return !origin.isEmpty() && (origin.equals(whole) || origin.equals(host(whole)));
  }

  private static String host(String rest) {
    int path = rest.indexOf('/');
    var authority = path < 0 ? rest : rest.substring(0, path);
    int port = authority.lastIndexOf(':');
    return port < authority.lastIndexOf(']') || port < 0 ? authority : authority.substring(0, port);
  }
}
