package dev.countersign.oci;

/// Media types that have a meaning here, as texts; all others are carried as they came.
public final class MediaType {
  /// An OCI image manifest.
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /// An OCI image index.
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /// An OCI image configuration.
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

  /// A Docker image manifest, schema 2.
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /// A Docker manifest list.
  public static final String DOCKER_INDEX =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  /// An empty configuration, `{}`: the image is an artifact and says of which type.
  public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";

  private MediaType() {}
}
