package dev.countersign.testkit;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An index of small images, in Docker's form (a manifest list) when the first one is Docker's.
public final class TestIndex {
  private static final String OCI = "application/vnd.oci.image.index.v1+json";
  private static final String DOCKER = "application/vnd.docker.distribution.manifest.list.v2+json";

  private final List<TestImage> images;
  private final byte[] manifest;

  private TestIndex(List<TestImage> images) {
    this.images = images;
    var children = images.stream().map(TestIndex::descriptor).toList();
    manifest =
        Json.write(
            Descriptors.ordered(
                "schemaVersion", 2, "mediaType", mediaType(), "manifests", children));
  }

  public static TestIndex of(TestImage first, TestImage... others) {
    return new TestIndex(Stream.concat(Stream.of(first), Stream.of(others)).toList());
  }

  private static Map<String, Object> descriptor(TestImage image) {
    var descriptor = Descriptors.of(image.mediaType(), image.manifest());
    descriptor.put(
        "platform", Descriptors.ordered("architecture", image.architecture(), "os", "linux"));
    return descriptor;
  }

  /// Keeps the index and its images in a registry, at their digests, the index at these tags also.
  public void pushTo(InProcessRegistry registry, String repository, String... tags) {
    images.forEach(image -> image.pushTo(registry, repository));
    registry.putManifest(repository, digest(), mediaType(), manifest);
    for (var tag : tags) {
      registry.putManifest(repository, tag, mediaType(), manifest);
    }
  }

  public List<TestImage> images() {
    return images;
  }

  public String mediaType() {
    return images.getFirst().isDocker() ? DOCKER : OCI;
  }

  public String digest() {
    return ContentDigest.sha256(manifest);
  }

  public byte[] manifest() {
    return manifest.clone();
  }
}
