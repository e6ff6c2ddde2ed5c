package dev.countersign.testkit;

import java.util.LinkedHashMap;
import java.util.Map;

/// A manifest in a repository, byte for byte as it was pushed.
final class StoredManifest {
  private final String digest;
  private final String mediaType;
  private final byte[] content;
  private final ManifestFields fields;

  StoredManifest(String digest, String mediaType, byte[] content, ManifestFields fields) {
    this.digest = digest;
    this.mediaType = mediaType;
    this.content = content;
    this.fields = fields;
  }

  String digest() {
    return digest;
  }

  String mediaType() {
    return mediaType;
  }

  byte[] content() {
    return content;
  }

  ManifestFields fields() {
    return fields;
  }

  /// The descriptor that a list of referrers shows.
  Map<String, Object> descriptor() {
    var descriptor = new LinkedHashMap<String, Object>();
    descriptor.put("mediaType", mediaType);
    descriptor.put("digest", digest);
    descriptor.put("size", content.length);
    fields.artifactType().ifPresent(type -> descriptor.put("artifactType", type));
    if (!fields.annotations().isEmpty()) {
      descriptor.put("annotations", fields.annotations());
    }
    return descriptor;
  }
}
