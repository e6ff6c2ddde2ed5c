package dev.countersign.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a registry reads in a manifest: its type, what it refers to, and what it is about.
///
/// @param blobs digests of the config and of the layers that a registry must have
/// @param manifests digests of the manifests in an index
/// @param artifactType as referrers show it, so the config's media type when there is no other
record ManifestFields(
    List<String> blobs,
    List<String> manifests,
    Optional<String> subject,
    Optional<String> artifactType,
    Map<String, Object> annotations) {

  static ManifestFields parse(byte[] content, String contentType) throws Refusal {
    var json =
        Json.parseObject(content)
            .orElseThrow(() -> invalid("expected a JSON object with each name once"));
    var mediaType = text(json, "mediaType");
    if (mediaType.isPresent() && !mediaType.get().equals(contentType)) {
      throw invalid("expected Content-Type " + mediaType.get() + ", got " + contentType);
    }
    var config = object(json, "config");
    var blobs = new ArrayList<String>();
    config.flatMap(c -> text(c, "digest")).ifPresent(blobs::add);
    objects(json, "layers").stream()
        .filter(layer -> !layer.containsKey("urls"))
        .forEach(layer -> text(layer, "digest").ifPresent(blobs::add));
    var children = objects(json, "manifests").stream().flatMap(m -> text(m, "digest").stream());
    return new ManifestFields(
        blobs,
        children.toList(),
        subject(json),
        text(json, "artifactType").or(() -> config.flatMap(c -> text(c, "mediaType"))),
        object(json, "annotations").orElse(Map.of()));
  }

  /// As [#parse]; nothing where that refuses.
  static ManifestFields parseOrNone(byte[] content, String contentType) {
    try {
      return parse(content, contentType);
    } catch (Refusal e) {
      return new ManifestFields(List.of(), List.of(), Optional.empty(), Optional.empty(), Map.of());
    }
  }

  private static Optional<String> subject(Map<String, Object> json) throws Refusal {
    if (!json.containsKey("subject")) {
      return Optional.empty();
    }
    var digest = object(json, "subject").flatMap(s -> text(s, "digest"));
    if (digest.filter(ContentDigest::isValid).isEmpty()) {
      throw invalid("expected subject to be a descriptor with a digest");
    }
    return digest;
  }

  private static Refusal invalid(String message) {
    return new Refusal(ErrorCode.MANIFEST_INVALID, message);
  }

  private static Optional<String> text(Map<?, ?> json, String name) {
    return json.get(name) instanceof String text && !text.isEmpty()
        ? Optional.of(text)
        : Optional.empty();
  }

  private static Optional<Map<String, Object>> object(Map<?, ?> json, String name) {
    return json.get(name) instanceof Map<?, ?> map ? Optional.of(named(map)) : Optional.empty();
  }

  private static List<Map<String, Object>> objects(Map<?, ?> json, String name) {
    var found = new ArrayList<Map<String, Object>>();
    if (json.get(name) instanceof List<?> list) {
      list.forEach(element -> {
        if (element instanceof Map<?, ?> map) {
          found.add(named(map));
        }
      });
    }
    return found;
  }

  @SuppressWarnings("unchecked") // Json makes only maps with names as keys
  private static Map<String, Object> named(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }
}
