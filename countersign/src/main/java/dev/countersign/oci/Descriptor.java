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
/// @param artifactType what an artifact is, as whoever wrote this says; often empty, sometimes
///   wrong
public record Descriptor(
    String mediaType,
    long size,
    Digest digest,
    String artifactType,
    Map<String, String> annotations) {
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /// Without artifact type.
  public Descriptor(String mediaType, long size, Digest digest, Map<String, String> annotations) {
    this(mediaType, size, digest, "", annotations);
  }

  /// Without artifact type and annotations.
  public Descriptor(String mediaType, long size, Digest digest) {
    this(mediaType, size, digest, "", Map.of());
  }

  /// The same for an artifact of a type.
  public Descriptor withArtifactType(String newArtifactType) {
    return new Descriptor(mediaType, size, digest, newArtifactType, annotations);
  }

  static Descriptor parse(JsonObject json) throws FormatException {
    json.refuseOtherSpellings("mediaType", "size", "digest", "artifactType", "annotations");
    long size = json.getLong("size");
    if (size < 0) {
      throw new FormatException("expected a size, got " + size);
    }
    return new Descriptor(
        json.findString("mediaType").orElse(""),
        size,
        Digest.parse(json.getString("digest")),
        json.findString("artifactType").orElse(""),
        json.findStrings("annotations"));
  }

  JsonObject toJson() {
    var json =
        JsonObject.empty()
            .with("mediaType", mediaType)
            .with("size", size)
            .with("digest", digest.toString());
    if (!annotations.isEmpty()) {
      json = json.with("annotations", JsonObject.ofStrings(annotations));
    }
    return artifactType.isEmpty() ? json : json.with("artifactType", artifactType);
  }
}
