package dev.countersign.cli;

import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Place;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.Referrer;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Shows what is attached to an image.
final class Tree implements Command {
  private static final String PREDICATE_TYPE = "dev.sigstore.bundle.predicateType";
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
        "Shows what is attached to an image: signatures, attestations and SBOMs in tag form, then"
            + " all that refers to it.",
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
      var drawing = new Drawing(registry, place, digested, deadline);
      drawing.drawTags();
      var gaps = drawing.drawReferrers();
      var text = drawing.text().toString();
      var title = "📦 Supply Chain Security Related artifacts for an image: " + image;
      world.stdout().println(title);
      if (!gaps.isEmpty()) {
        world.stdout().print(text);
        throw new Failure("cannot see all that refers to the image: " + gaps.getFirst());
      }
      world.stdout().print(text.isEmpty() ? nothing(image) : text);
    }
    return ExitCode.DONE;
  }

  /// One picture.
  private record Drawing(
      ContentStore store, Place place, Digested image, Deadline deadline, StringBuilder text) {
    Drawing(ContentStore store, Place place, Digested image, Deadline deadline) {
      this(store, place, image, deadline, new StringBuilder());
    }

    void drawTags() throws FormatException, IOException {
      for (var kind : KINDS) {
        var tag = place.of(image).tag(image.digest().asTag() + kind.ending());
        var manifest = store.fetchManifest(tag, deadline);
        if (manifest.isPresent()) {
          text.append("└── ").append(kind.title()).append(" for an image tag: ").append(tag);
          drawLayers(layers(manifest.get().content()));
        }
      }
    }

    /// By type and digest, so that the same things always look the same; gives what could not be
    /// seen.
    List<String> drawReferrers() throws IOException {
      var list = new Attachments(store, place).referrers(image, deadline);
      var branches = new ArrayList<Branch>();
      for (var entry : list.manifests()) {
        branches.add(branch(entry));
      }
      branches.sort(
          Comparator.comparing(Branch::title).thenComparing(one -> one.name().toString()));
      for (var branch : branches) {
        text.append("└── 🔗 ").append(branch.title());
        text.append(" artifacts via OCI referrer: ").append(branch.name());
        drawLayers(branch.layers());
      }
      return list.gaps().stream().map(gap -> gap.text()).toList();
    }

    private record Branch(String title, Digested name, List<Descriptor> layers) {}

    private Branch branch(Descriptor entry) throws IOException {
      var name = place.of(image).digest(entry.digest());
      var manifest = store.fetchManifest(name, deadline);
      if (manifest.isEmpty()) {
        return new Branch("absent", name, List.of());
      }
      try {
        var content = manifest.get().content();
        var described = Referrer.describe(content);
        var type = described.annotations().getOrDefault(PREDICATE_TYPE, described.artifactType());
        return new Branch(OneLine.of(type), name, layers(content));
      } catch (FormatException e) {
        return new Branch("unreadable", name, List.of());
      }
    }

    private void drawLayers(List<Descriptor> layers) {
      text.append('\n');
      for (int i = 0; i < layers.size(); i++) {
        text.append(i < layers.size() - 1 ? "   ├── 🍒 " : "   └── 🍒 ");
        text.append(layers.get(i).digest()).append('\n');
      }
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
