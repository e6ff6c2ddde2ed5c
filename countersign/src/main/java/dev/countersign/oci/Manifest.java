package dev.countersign.oci;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What lies under a digest in a registry: one image, or an index of several
/// ([manifest](https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md),
/// [index](https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md)).
///
/// The body decides which; Docker's media types are read as OCI's.
public sealed interface Manifest {
  /// The most entries (layers, or manifests of an index) that are read.
  int MAX_ENTRIES = 10_000;

  /// Reads a manifest.
  ///
  /// @throws FormatException if the bytes are neither an image nor an index, or could be read as
  ///   both, or the media type in them is another than the one they came with
  static Manifest parse(Content content) throws FormatException {
    var json = JsonValue.parseObject(content.bytes());
    json.refuseOtherSpellings(
        "schemaVersion",
        "mediaType",
        "config",
        "layers",
        "manifests",
        "subject",
        "artifactType",
        "annotations");
    if (json.getLong("schemaVersion") != 2) {
      throw new FormatException("expected manifest schema 2, got " + json.getLong("schemaVersion"));
    }
    requireOneMediaType(json.findString("mediaType"), content.mediaType());
    var hasLayers = json.find("layers").isPresent() || json.find("config").isPresent();
    if (hasLayers == json.find("manifests").isPresent()) {
      throw new FormatException("expected either an image manifest or an index");
    }
    return hasLayers ? image(json) : new Index(descriptors(json.getArray("manifests")));
  }

  private static Image image(JsonObject json) throws FormatException {
    var subject = json.findObject("subject");
    return new Image(
        Descriptor.parse(json.getObject("config")),
        descriptors(json.findArray("layers")),
        json.findStrings("annotations"),
        subject.isEmpty() ? Optional.empty() : Optional.of(Descriptor.parse(subject.get())),
        json.findString("artifactType").orElse(""));
  }

  /// The media type of the manifest `content`, as it came or as it says, else by what it holds.
  ///
  /// @throws FormatException as above
  static String mediaType(Content content) throws FormatException {
    var inside = JsonValue.parseObject(content.bytes()).findString("mediaType");
    return switch (parse(content)) {
      case Image image when !content.mediaType().isEmpty() -> content.mediaType();
      case Index index when !content.mediaType().isEmpty() -> content.mediaType();
      case Image image -> inside.orElse(MediaType.OCI_MANIFEST);
      case Index index -> inside.orElse(MediaType.OCI_INDEX);
    };
  }

  /// One image, or another artifact in that form.
  ///
  /// @param subject what it refers to, as it says
  /// @param artifactType what an artifact is; often empty
  record Image(
      Descriptor config,
      List<Descriptor> layers,
      Map<String, String> annotations,
      Optional<Descriptor> subject,
      String artifactType)
      implements Manifest {
    public Image {
      layers = List.copyOf(layers);
      annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /// An image that refers to nothing.
    public Image(Descriptor config, List<Descriptor> layers) {
      this(config, layers, Map.of(), Optional.empty(), "");
    }

    /// The bytes that cosign writes for such a manifest.
    public Content toContent() {
      var json =
          JsonObject.empty()
              .with("schemaVersion", 2)
              .with("mediaType", MediaType.OCI_MANIFEST)
              .with("config", config.toJson())
              .with("layers", array(layers));
      if (!annotations.isEmpty()) {
        json = json.with("annotations", JsonObject.ofStrings(annotations));
      }
      if (subject.isPresent()) {
        json = json.with("subject", subject.get().toJson());
      }
      if (!artifactType.isEmpty()) {
        json = json.with("artifactType", artifactType);
      }
      return new Content(MediaType.OCI_MANIFEST, json.toBytes());
    }
  }

  /// Several images, most often one a platform; or all that refers to one image.
  record Index(List<Descriptor> manifests) implements Manifest {
    public Index {
      manifests = List.copyOf(manifests);
    }

    /// The bytes of an OCI index that lists these, and says nothing else.
    public Content toContent() {
      var json =
          JsonObject.empty()
              .with("schemaVersion", 2)
              .with("mediaType", MediaType.OCI_INDEX)
              .with("manifests", array(manifests));
      return new Content(MediaType.OCI_INDEX, json.toBytes());
    }

    /// The index `content` without those of `digests`, and else as it is.
    ///
    /// @throws FormatException if `content` is no index
    public static Content remove(Content content, Set<Digest> digests) throws FormatException {
      var json = JsonValue.parseObject(content.bytes());
      var manifests = new ArrayList<JsonValue>();
      for (var item : json.getArray("manifests")) {
        if (!digests.contains(Descriptor.parse(item.asObject("a descriptor")).digest())) {
          manifests.add(item);
        }
      }
      return new Content(
          content.mediaType(),
          json.with("manifests", new JsonValue.JsonArray(manifests)).toBytes());
    }

    /// The index `content` with `more` at its end, and else as it is, unknown members included.
    ///
    /// @throws FormatException if `content` is no index
    public static Content append(Content content, List<Descriptor> more) throws FormatException {
      var json = JsonValue.parseObject(content.bytes());
      var manifests = new ArrayList<>(json.getArray("manifests"));
      more.forEach(descriptor -> manifests.add(descriptor.toJson()));
      return new Content(
          content.mediaType(),
          json.with("manifests", new JsonValue.JsonArray(manifests)).toBytes());
    }
  }

  private static JsonValue array(List<Descriptor> descriptors) {
    return new JsonValue.JsonArray(
        descriptors.stream().<JsonValue>map(Descriptor::toJson).toList());
  }

  private static void requireOneMediaType(Optional<String> inside, String outside)
      throws FormatException {
    if (inside.isPresent() && !outside.isEmpty() && !inside.get().equals(outside)) {
      throw new FormatException("expected the manifest to be " + outside + ", got " + inside.get());
    }
  }

  private static List<Descriptor> descriptors(List<JsonValue> items) throws FormatException {
    if (items.size() > MAX_ENTRIES) {
      throw new FormatException(
          "expected at most " + MAX_ENTRIES + " entries, got " + items.size());
    }
    var descriptors = new ArrayList<Descriptor>();
    for (var item : items) {
      descriptors.add(Descriptor.parse(item.asObject("a descriptor")));
    }
    return descriptors;
  }
}
