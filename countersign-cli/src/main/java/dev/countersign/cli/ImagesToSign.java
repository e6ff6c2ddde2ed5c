package dev.countersign.cli;

import dev.countersign.ImageSigner;
import dev.countersign.ImageSigner.Depth;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The images that a command is to sign or attest, looked up at once while the command opens its
/// key. Nothing is written.
final class ImagesToSign implements AutoCloseable {
  private final List<ImageReference> references;
  private final SideBySide<List<Digested>> lookUps;

  private ImagesToSign(List<ImageReference> references, SideBySide<List<Digested>> lookUps) {
    this.references = references;
    this.lookUps = lookUps;
  }

  /// Begins to look up `references` in `registry`.
  static ImagesToSign lookUp(
      ContentStore registry, List<ImageReference> references, Depth depth, Deadline deadline) {
    var signer = new ImageSigner(registry);
    return new ImagesToSign(
        references,
        SideBySide.start(references, reference -> signer.find(reference, depth, deadline)));
  }

  /// All that is to be signed for each reference, in this order: an index after all that it lists.
  ///
  /// @throws Failure if the registry has nothing of one of these names
  List<List<Digested>> await(World world) throws Failure, FormatException, IOException {
    var found = new ArrayList<List<Digested>>();
    for (int i = 0; i < references.size(); i++) {
      var reference = references.get(i);
      if (reference instanceof ImageReference.Tagged) {
        warnOfTag(reference, world);
      }
      var images = lookUps.take(i);
      if (images.isEmpty()) {
        throw Absence.of(reference);
      }
      found.add(images);
    }
    return found;
  }

  /// In cosign's words.
  private static void warnOfTag(ImageReference image, World world) {
    world.warn(
        """
        Image reference %s uses a tag, not a digest, to identify the image to sign.
            This can lead you to sign a different image than the intended one. Please use a
            digest (example.com/ubuntu@sha256:abc123...) rather than tag
            (example.com/ubuntu:latest) for the input to cosign. The ability to refer to
            images by tag will be removed in a future release.
        """
            .formatted(image));
  }

  /// Ends the look-ups that nobody awaits any more.
  @Override
  public void close() {
    lookUps.close();
  }
}
