package dev.countersign.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A small image with one layer that holds one file; the same text gives the same bytes.
public final class TestImage {
  private final MediaTypes types;
  private final String architecture;
  private final byte[] layer;
  private final byte[] config;
  private final byte[] manifest;

  private enum MediaTypes {
    OCI(
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar"),
    DOCKER(
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar");

    private final String manifest;
    private final String config;
    private final String layer;

    MediaTypes(String manifest, String config, String layer) {
      this.manifest = manifest;
      this.config = config;
      this.layer = layer;
    }
  }

  private TestImage(MediaTypes types, String text, String architecture) {
    this.types = types;
    this.architecture = architecture;
    layer = Tar.ofFile("hello.txt", text.getBytes(StandardCharsets.UTF_8));
    config = Json.write(config(layer, architecture));
    manifest =
        Json.write(
            Descriptors.ordered(
                "schemaVersion",
                2,
                "mediaType",
                types.manifest,
                "config",
                Descriptors.of(types.config, config),
                "layers",
                List.of(Descriptors.of(types.layer, layer))));
  }

  /// An OCI image for linux/amd64 whose file holds `text`.
  public static TestImage oci(String text) {
    return oci(text, "amd64");
  }

  public static TestImage oci(String text, String architecture) {
    return new TestImage(MediaTypes.OCI, text, architecture);
  }

  /// The same with Docker's media types.
  public static TestImage docker(String text) {
    return docker(text, "amd64");
  }

  public static TestImage docker(String text, String architecture) {
    return new TestImage(MediaTypes.DOCKER, text, architecture);
  }

  private static Map<String, Object> config(byte[] layer, String architecture) {
    var rootfs =
        Descriptors.ordered("type", "layers", "diff_ids", List.of(ContentDigest.sha256(layer)));
    return Descriptors.ordered(
        "created",
        "1970-01-01T00:00:00Z",
        "architecture",
        architecture,
        "os",
        "linux",
        "config",
        Map.of("Cmd", List.of("cat", "/hello.txt")),
        "rootfs",
        rootfs);
  }

  /// Keeps the image in a registry, at its digest and at these tags.
  public void pushTo(InProcessRegistry registry, String repository, String... tags) {
    registry.putBlob(repository, layer);
    registry.putBlob(repository, config);
    registry.putManifest(repository, digest(), mediaType(), manifest);
    for (var tag : tags) {
      registry.putManifest(repository, tag, mediaType(), manifest);
    }
  }

  public String mediaType() {
    return types.manifest;
  }

  public String architecture() {
    return architecture;
  }

  /// The digest of the manifest, `sha256:` and 64 lower-case hex digits.
  public String digest() {
    return ContentDigest.sha256(manifest);
  }

  public byte[] manifest() {
    return manifest.clone();
  }

  public byte[] config() {
    return config.clone();
  }

  /// An uncompressed tar archive.
  public byte[] layer() {
    return layer.clone();
  }

  boolean isDocker() {
    return types == MediaTypes.DOCKER;
  }
}
