package dev.countersign.cli;

import dev.countersign.attachment.ImageCopy;
import dev.countersign.oci.ImageReference;
import java.util.function.BiFunction;

/// Tells people what is copied.
///
/// @param words what is said of a manifest that goes from one name to another
record CopyReport(World world, BiFunction<ImageReference, ImageReference, String> words)
    implements ImageCopy.Progress {
  @Override
  public void copying(ImageReference from, ImageReference to) {
    world.stderr().println(words.apply(from, to) + "...");
    world.stderr().flush();
  }

  @Override
  public void kept(String what) {
    world.warn(what + "; it is kept");
  }
}
