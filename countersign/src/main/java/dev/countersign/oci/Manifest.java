package dev.countersign.oci;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        "schemaVersion", "mediaType", "config", "layers", "manifests", "subject");
    if (json.getLong("schemaVersion") != 2) {
      throw new FormatException("expected manifest schema 2, got " + json.getLong("schemaVersion"));
    }
    requireOneMediaType(json.findString("mediaType"), content.mediaType());
    var hasLayers = json.find("layers").isPresent() || json.find("config").isPresent();
    if (hasLayers == json.find("manifests").isPresent()) {
      throw new FormatException("expected either an image manifest or an index");
    }
    return hasLayers
        ? new Image(
            Descriptor.parse(json.getObject("config")), descriptors(json.findArray("layers")))
        : new Index(descriptors(json.getArray("manifests")));
  }

  /// One image, or another artifact in that form.
  record Image(Descriptor config, List<Descriptor> layers) implements Manifest {
    public Image {
      layers = List.copyOf(layers);
    }

    /// The bytes that cosign writes for such a manifest.
    public Content toContent() {
      var items = layers.stream().<JsonValue>map(Descriptor::toJson).toList();
      Bytes bytes =
          JsonObject.empty()
              .with("schemaVersion", 2)
              .with("mediaType", MediaType.OCI_MANIFEST)
              .with("config", config.toJson())
              .with("layers", new JsonValue.JsonArray(items))
              .toBytes();
      return new Content(MediaType.OCI_MANIFEST, bytes);
    }
  }

  /// Several images, most often one a platform.
  record Index(List<Descriptor> manifests) implements Manifest {
    public Index {
      manifests = List.copyOf(manifests);
    }
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
