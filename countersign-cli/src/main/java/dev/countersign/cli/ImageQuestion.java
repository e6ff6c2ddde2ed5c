package dev.countersign.cli;

import dev.countersign.cli.kubernetes.ImageUse;

/// An image, and the namespace where it is to run.
///
/// @param image as written in the manifest
record ImageQuestion(String namespace, String image) {
  /// @param otherwise the namespace of objects that name none
  static ImageQuestion of(ImageUse use, String otherwise) {
    return new ImageQuestion(use.manifest().namespace().orElse(otherwise), use.image());
  }
}
