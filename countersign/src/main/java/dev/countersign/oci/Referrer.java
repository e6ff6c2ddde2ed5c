package dev.countersign.oci;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.Optional;

/// A manifest that refers to another, as lists of referrers describe it
/// ([§listing-referrers](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers)).
///
/// @param subject what it refers to, as it says
/// @param descriptor with the artifact type and the annotations of the manifest itself
public record Referrer(Digest subject, Descriptor descriptor) {
  /// The referrer that `content` is; empty if it refers to nothing.
  ///
  /// @throws FormatException if `content` is no manifest
  public static Optional<Referrer> parse(Content content) throws FormatException {
    var mediaType = Manifest.mediaType(content);
    var json = JsonValue.parseObject(content.bytes());
    var subject = json.findObject("subject");
    return subject.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Referrer(
                Descriptor.parse(subject.get()).digest(), describe(mediaType, content, json)));
  }

  /// How a list has `content`, whatever it refers to.
  ///
  /// @throws FormatException if `content` is no manifest
  public static Descriptor describe(Content content) throws FormatException {
    return describe(Manifest.mediaType(content), content, JsonValue.parseObject(content.bytes()));
  }

  private static Descriptor describe(String mediaType, Content content, JsonObject json)
      throws FormatException {
    var type = json.findString("artifactType").orElse("");
    var config = json.findObject("config").orElse(JsonObject.empty());
    return new Descriptor(
        mediaType,
        content.bytes().size(),
        content.digest(),
        type.isEmpty() ? config.findString("mediaType").orElse("") : type,
        json.findStrings("annotations"));
  }
}
