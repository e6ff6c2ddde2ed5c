package dev.countersign.cli;

import dev.countersign.attachment.ImageCopy;
import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/// Copies an image with all that is attached to it.
final class Copy implements Command {
  private static final Flag ONLY =
      Flag.list("only", "copy no image, but what is attached: sig, att, sbom").initially("");
  private static final Flag SIGNATURES_ONLY = Flag.off("sig-only", "as --only=sig");
  private static final Flag PLATFORM =
      Flag.text("platform", "copy of an index the image for os/architecture[/variant] only");
  private static final Flag FORCE =
      Flag.off("force", "move the tag if it names another image").shortened("f");

  @Override
  public Usage usage() {
    return new Usage(
        "copy",
        "Copies an image with its signatures and attestations in both forms, and all else that"
            + " refers to it.",
        "SOURCE TARGET",
        2,
        2,
        Stream.concat(
                Stream.of(ONLY, SIGNATURES_ONLY, PLATFORM, FORCE), RegistryAccess.FLAGS.stream())
            .toList(),
        """
        countersign copy registry.example/app:1.0 mirror.example/app:1.0
        countersign copy --only=sig,att registry.example/app:1.0 mirror.example/app:1.0

        What is attached at the target stays; the tag comes last.
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var target = images.get(1);
    var parts = parts(arguments);
    var platform = Lookup.platform(arguments, PLATFORM);
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var image = new Lookup(registry, deadline).find(images.getFirst(), platform);
      if (parts.contains(Part.IMAGE) && !arguments.isOn(FORCE)) {
        requireFree(registry, target, image, deadline);
      }
      requireSameDigest(target, image);
      ImageCopy.copy(
          new ImageCopy.Source(registry, image, place),
          new ImageCopy.Target(registry, target),
          parts,
          new CopyReport(world, (from, to) -> "Copying " + from + " to " + to),
          deadline);
    }
    return ExitCode.DONE;
  }

  private static Set<Part> parts(Arguments arguments) throws Failure {
    var parts = EnumSet.noneOf(Part.class);
    if (arguments.isOn(SIGNATURES_ONLY)) {
      parts.add(Part.SIGNATURES);
    }
    for (var only : arguments.list(ONLY)) {
      parts.add(
          switch (only) {
            case "sig" -> Part.SIGNATURES;
            case "att" -> Part.ATTESTATIONS;
            case "sbom" -> Part.SBOMS;
            default ->
                throw new Failure(
                    "expected --only sig, att or sbom, got \"" + OneLine.of(only) + '"');
          });
    }
    return parts.isEmpty() ? EnumSet.allOf(Part.class) : parts;
  }

  private static void requireFree(
      ContentStore registry, ImageReference target, Digested image, Deadline deadline)
      throws Failure, IOException {
    var there = registry.resolve(target, deadline);
    if (target instanceof Tagged
        && there.isPresent()
        && !there.get().digest().equals(image.digest())) {
      throw new Failure("image \"" + target + "\" already exists. Use `-f` to overwrite")
          .withHint("the tag names " + there.get().digest() + ", not " + image.digest());
    }
  }

  private static void requireSameDigest(ImageReference target, Digested image) throws Failure {
    if (target instanceof Digested digested && !digested.digest().equals(image.digest())) {
      throw new Failure(
          "expected the target to have the source's digest, %s, got %s"
              .formatted(image.digest(), digested.digest()));
    }
  }
}
