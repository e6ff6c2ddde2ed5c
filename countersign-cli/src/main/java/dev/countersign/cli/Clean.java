package dev.countersign.cli;

import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.attachment.Removal;
import dev.countersign.format.OneLine;
import dev.countersign.registry.RegistryException;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Removes the signatures and attestations of an image.
final class Clean implements Command {
  private static final Flag TYPE =
      Flag.text("type", "signature, attestation, referrer, sbom or all").initially("all");
  private static final Flag FORCE = Flag.off("force", "do not ask").shortened("f");

  @Override
  public Usage usage() {
    return new Usage(
        "clean",
        "Removes the signatures and attestations of an image, in both forms; the image stays.",
        "IMAGE",
        1,
        1,
        Stream.concat(Stream.of(TYPE, FORCE), RegistryAccess.FLAGS.stream()).toList(),
        """
        countersign clean registry.example/app:1.0
        countersign clean -f --type signature registry.example/app:1.0
        """);
  }

  /// What is removed.
  ///
  /// @param tags endings of tags
  /// @param bundles what the bundles hold
  private record Type(String prompt, List<String> tags, Set<Part> bundles) {
    static Type parse(String text) throws Failure {
      return switch (text) {
        case "signature" ->
            new Type("all signatures", List.of(".sig"), EnumSet.of(Part.SIGNATURES));
        case "attestation" ->
            new Type("all attestations", List.of(".att"), EnumSet.of(Part.ATTESTATIONS));
        case "referrer" -> new Type("all referrer attestations and/or signatures", List.of(), ALL);
        case "sbom" -> new Type("all SBOMs", List.of(".sbom"), Set.of());
        case "all" ->
            new Type(
                "all signatures, SBOMs and attestations", List.of(".sig", ".att", ".sbom"), ALL);
        default ->
            throw new Failure(
                "expected --type signature, attestation, referrer, sbom or all, got \""
                    + OneLine.of(text)
                    + '"');
      };
    }

    private static final Set<Part> ALL = Set.of(Part.SIGNATURES, Part.ATTESTATIONS);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    var type = Type.parse(arguments.text(TYPE));
    var images = Images.parse(arguments);
    var name = images.getFirst();
    if (!arguments.isOn(FORCE)) {
      Confirmation.ask(world, "this will remove " + type.prompt() + " from the image");
    }
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var image = new Lookup(registry, deadline).find(name);
      var subject = place.of(image).digest(image.digest());
      var removal =
          new Removal(
              registry,
              subject,
              gone -> world.stderr().println("Removed " + gone + " from " + name),
              deadline);
      for (var ending : type.tags()) {
        removal.removeTag(ending);
      }
      if (!type.bundles().isEmpty()) {
        removal.removeBundles(type.bundles());
      }
    } catch (RegistryException e) {
      if (e.fault() == Fault.REFUSED) {
        throw refused(e);
      }
      throw e;
    }
    return ExitCode.DONE;
  }

  private static Failure refused(RegistryException e) {
    return new Failure("the registry refused: " + e.problem())
        .withHint("what was not named as removed is still there; the registry may forbid deletion");
  }
}
