package dev.countersign.oci;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What some content is and where it lies
/// ([descriptor](https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md)).
///
/// `urls` and `data` are not read: they would let an image name foreign hosts, or content that
/// nobody fetched.
///
/// @param size in bytes, never negative
public record Descriptor(
    String mediaType, long size, Digest digest, Map<String, String> annotations) {
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /// Without annotations.
  public Descriptor(String mediaType, long size, Digest digest) {
    this(mediaType, size, digest, Map.of());
  }

  static Descriptor parse(JsonObject json) throws FormatException {
    json.refuseOtherSpellings("mediaType", "size", "digest", "annotations");
    long size = json.getLong("size");
    if (size < 0) {
      throw new FormatException("expected a size, got " + size);
    }
    return new Descriptor(
        json.findString("mediaType").orElse(""),
        size,
        Digest.parse(json.getString("digest")),
        json.findStrings("annotations"));
  }

  JsonObject toJson() {
    var json =
        JsonObject.empty()
            .with("mediaType", mediaType)
            .with("size", size)
            .with("digest", digest.toString());
    return annotations.isEmpty()
        ? json
        : json.with("annotations", JsonObject.ofStrings(annotations));
  }
}
