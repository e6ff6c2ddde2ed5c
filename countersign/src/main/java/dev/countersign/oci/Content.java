package dev.countersign.oci;

import dev.countersign.format.Bytes;

/// Content with the media type under which a registry gave or takes it; its digest is computed
/// here.
public record Content(String mediaType, Bytes bytes) {
  /// The SHA-256 of the bytes.
  public Digest digest() {
    return Digest.of(bytes);
  }

  /// The address of this content.
  public Descriptor descriptor() {
    return new Descriptor(mediaType, bytes.size(), digest());
  }
}
