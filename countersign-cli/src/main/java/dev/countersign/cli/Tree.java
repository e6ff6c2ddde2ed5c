package dev.countersign.cli;

import dev.countersign.attachment.Place;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.List;

/// Shows what is attached to an image.
final class Tree implements Command {
  private static final List<Kind> KINDS =
      List.of(
          new Kind("🔐 Signatures", ".sig"),
          new Kind("💾 Attestations", ".att"),
          new Kind("📦 SBOMs", ".sbom"));

  private record Kind(String title, String ending) {}

  @Override
  public Usage usage() {
    return new Usage(
        "tree",
        "Shows what is attached to an image: signatures, attestations, SBOMs in tag form.",
        "IMAGE",
        1,
        1,
        RegistryAccess.FLAGS,
        "countersign tree registry.example/app:1.0");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var image = images.getFirst();
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var digested = registry.resolve(image, deadline).orElseThrow(() -> Absence.of(image));
      var text = draw(registry, place, digested, deadline);
      var title = "📦 Supply Chain Security Related artifacts for an image: " + image;
      world.stdout().println(title);
      world.stdout().print(text.isEmpty() ? nothing(image) : text);
    }
    return ExitCode.DONE;
  }

  private static String draw(ContentStore store, Place place, Digested image, Deadline deadline)
      throws FormatException, IOException {
    var text = new StringBuilder();
    for (var kind : KINDS) {
      var tag = place.of(image).tag("sha256-" + image.digest().hex() + kind.ending());
      var manifest = store.fetchManifest(tag, deadline);
      if (manifest.isPresent()) {
        text.append("└── ").append(kind.title()).append(" for an image tag: ").append(tag);
        drawLayers(layers(manifest.get().content()), text);
      }
    }
    return text.toString();
  }

  private static void drawLayers(List<Descriptor> layers, StringBuilder text) {
    text.append('\n');
    for (int i = 0; i < layers.size(); i++) {
      text.append(i < layers.size() - 1 ? "   ├── 🍒 " : "   └── 🍒 ");
      text.append(layers.get(i).digest()).append('\n');
    }
  }

  private static List<Descriptor> layers(Content content) throws FormatException {
    return switch (Manifest.parse(content)) {
      case Manifest.Image image -> image.layers();
      case Manifest.Index index -> index.manifests();
    };
  }

  private static String nothing(ImageReference image) {
    return "No Supply Chain Security Related Artifacts found for image "
        + image
        + ",\n start creating one with simply running$ countersign sign <img>\n";
  }
}
