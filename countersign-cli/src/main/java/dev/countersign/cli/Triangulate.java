package dev.countersign.cli;

import dev.countersign.format.OneLine;
import dev.countersign.oci.ImageReference;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/// Prints where the signatures of an image lie.
final class Triangulate implements Command {
  private static final Flag TYPE =
      Flag.text("type", "signature, attestation, sbom or digest").initially("signature");

  @Override
  public Usage usage() {
    return new Usage(
        "triangulate",
        "Prints where the signatures of an image lie.",
        "IMAGE",
        1,
        1,
        Stream.concat(Stream.of(TYPE), RegistryAccess.FLAGS.stream()).toList(),
        "countersign triangulate registry.example/app:1.0");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    var type = arguments.text(TYPE);
    if (!List.of("signature", "attestation", "sbom", "digest").contains(type)) {
      throw new Failure("unknown attachment type " + OneLine.of(type));
    }
    var images = Images.parse(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var image = images.getFirst();
      var found = registry.resolve(image, Images.deadline(arguments));
      var digested = found.orElseThrow(() -> Absence.of(image));
      var ending =
          type.equals("signature") ? ".sig" : type.equals("attestation") ? ".att" : ".sbom";
      var repository = place.of(digested);
      ImageReference answer =
          type.equals("digest")
              ? repository.digest(digested.digest())
              : repository.tag(digested.digest().asTag() + ending);
      world.stdout().println(answer);
    }
    return ExitCode.DONE;
  }
}
