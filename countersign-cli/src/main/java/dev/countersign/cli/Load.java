package dev.countersign.cli;

import dev.countersign.attachment.ImageCopy;
import dev.countersign.attachment.Place;
import dev.countersign.attachment.SavedImage;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.registry.ImageLayout;
import java.io.IOException;
import java.util.EnumSet;
import java.util.stream.Stream;

/// Pushes an image with all that is attached to it from a folder.
final class Load implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "load",
        "Pushes a saved image with all that is attached to it to a registry.",
        "IMAGE",
        1,
        1,
        Stream.concat(Stream.of(Save.DIRECTORY), RegistryAccess.FLAGS.stream()).toList(),
        "countersign load --dir app mirror.example/app:1.0");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var target = images.getFirst();
    var saved = SavedImage.in(ImageLayout.open(world.file(arguments.require(Save.DIRECTORY))));
    if (target instanceof Digested digested && !digested.digest().equals(saved.image().digest())) {
      throw new Failure(
          "expected the target to have the saved image's digest, %s, got %s"
              .formatted(saved.image().digest(), digested.digest()));
    }
    try (var registry = new RegistryAccess(arguments, world).open(images)) {
      ImageCopy.copy(
          new ImageCopy.Source(saved.store(), saved.image(), new Place.BesideImage()),
          new ImageCopy.Target(registry, target),
          EnumSet.allOf(ImageCopy.Part.class),
          new CopyReport(world, (from, to) -> "Loading " + to),
          Images.deadline(arguments));
    }
    return ExitCode.DONE;
  }
}
