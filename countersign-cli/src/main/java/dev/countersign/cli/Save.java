package dev.countersign.cli;

import dev.countersign.attachment.ImageCopy;
import dev.countersign.attachment.SavedImage;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.ImageLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.stream.Stream;

/// Writes an image with all that is attached to it to a folder.
final class Save implements Command {
  static final Flag DIRECTORY = Flag.text("dir", "folder of the image layout");

  @Override
  public Usage usage() {
    return new Usage(
        "save",
        "Saves an image with all that is attached to it in a folder, as an OCI image layout.",
        "IMAGE",
        1,
        1,
        Stream.concat(Stream.of(DIRECTORY), RegistryAccess.FLAGS.stream()).toList(),
        """
        countersign save --dir app registry.example/app:1.0
        countersign verify --key cosign.pub --local-image app
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var folder = world.file(arguments.require(DIRECTORY));
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new Failure(folder + " is no folder");
    }
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var image = new Lookup(registry, deadline).find(images.getFirst());
      var layout = ImageLayout.create(folder);
      ImageCopy.copy(
          new ImageCopy.Source(registry, image, place),
          new ImageCopy.Target(layout, name(images.getFirst(), image)),
          EnumSet.allOf(ImageCopy.Part.class),
          new CopyReport(world, (from, to) -> "Saving " + from),
          deadline);
      var manifest =
          layout
              .fetchManifest(ImageLayout.REPOSITORY.digest(image.digest()), deadline)
              .orElseThrow(() -> new IOException("expected " + image + " in the folder, got none"));
      SavedImage.mark(layout, manifest.content()).publish();
    }
    return ExitCode.DONE;
  }

  /// The tag is kept: other tools show it.
  private static ImageReference name(ImageReference asked, Digested image) {
    return switch (asked) {
      case Tagged tagged -> ImageLayout.REPOSITORY.tag(tagged.tag());
      case Digested digested -> ImageLayout.REPOSITORY.digest(image.digest());
    };
  }
}
