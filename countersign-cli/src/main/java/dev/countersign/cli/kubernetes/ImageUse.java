package dev.countersign.cli.kubernetes;

/// One place where an object names an image.
///
/// @param place as `init container "setup"`
/// @param image as written; empty where none is
public record ImageUse(Manifest manifest, String place, String image) {
  @Override
  public String toString() {
    return manifest + " (" + manifest.source() + "): " + place;
  }
}
