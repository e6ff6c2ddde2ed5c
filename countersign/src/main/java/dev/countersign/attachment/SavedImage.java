package dev.countersign.attachment;

import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ImageLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An image in a folder with what is attached to it, as cosign's `save` leaves it: entries of
/// `index.json` say by the annotation `kind` what they are.
///
/// @param store has what is attached under the tags that it has in a registry
public record SavedImage(ImageLayout store, Digested image) {
  private static final String KIND = "kind";
  private static final String IMAGE = "dev.cosignproject.cosign/image";
  private static final String INDEX = "dev.cosignproject.cosign/imageIndex";
  private static final String SIGNATURES = "dev.cosignproject.cosign/sigs";
  private static final String ATTESTATIONS = "dev.cosignproject.cosign/atts";

  /// The image in `layout`. Where no entry has a kind, the only image that is no attachment.
  ///
  /// @throws FormatException if `layout` holds none, or more than one
  public static SavedImage in(ImageLayout layout) throws FormatException {
    var images =
        layout.entries().stream()
            .filter(entry -> isKind(entry, IMAGE) || isKind(entry, INDEX))
            .map(Descriptor::digest)
            .distinct()
            .toList();
    var candidates = images.isEmpty() ? plain(layout) : images;
    if (candidates.size() != 1) {
      throw new FormatException("expected one image in the layout, got " + candidates.size());
    }
    var image = candidates.getFirst();
    var entries = layout.entries().stream().map(entry -> tagged(entry, image)).toList();
    return new SavedImage(layout.withEntries(entries), ImageLayout.REPOSITORY.digest(image));
  }

  /// `layout`, to which an image was copied, with the kinds that cosign looks for.
  ///
  /// @param image its manifest
  public static ImageLayout mark(ImageLayout layout, Content image) throws FormatException {
    var tagOf = image.digest().asTag();
    var kinds =
        Map.of(
            tagOf + Kind.SIGNATURE.ending(),
            SIGNATURES,
            tagOf + Kind.ATTESTATION.ending(),
            ATTESTATIONS);
    var kind =
        switch (Manifest.parse(image)) {
          case Manifest.Image one -> IMAGE;
          case Manifest.Index index -> INDEX;
        };
    var first = new ArrayList<Descriptor>();
    var rest = new ArrayList<Descriptor>();
    for (var entry : layout.entries()) {
      var tag = tag(entry);
      if (entry.digest().equals(image.digest())) {
        first.add(with(entry, KIND, kind));
      } else {
        rest.add(kinds.containsKey(tag) ? with(entry, KIND, kinds.getOrDefault(tag, "")) : entry);
      }
    }
    if (first.isEmpty()) {
      first.add(with(image.descriptor(), KIND, kind));
    }
    first.addAll(rest);
    return layout.withEntries(first);
  }

  private static List<Digest> plain(ImageLayout layout) {
    return layout.entries().stream()
        .filter(entry -> !entry.annotations().containsKey(KIND))
        .filter(entry -> entry.artifactType().isEmpty() && !tag(entry).startsWith("sha256-"))
        .map(Descriptor::digest)
        .distinct()
        .toList();
  }

  /// An entry under the tag that it has in a registry.
  private static Descriptor tagged(Descriptor entry, Digest image) {
    var ending =
        isKind(entry, SIGNATURES)
            ? Kind.SIGNATURE.ending()
            : isKind(entry, ATTESTATIONS) ? Kind.ATTESTATION.ending() : "";
    return ending.isEmpty() ? entry : with(entry, ImageLayout.TAG, image.asTag() + ending);
  }

  private static boolean isKind(Descriptor entry, String kind) {
    return kind.equals(entry.annotations().get(KIND));
  }

  private static String tag(Descriptor entry) {
    return entry.annotations().getOrDefault(ImageLayout.TAG, "");
  }

  private static Descriptor with(Descriptor entry, String name, String value) {
    var annotations = new LinkedHashMap<>(entry.annotations());
    annotations.put(name, value);
    return new Descriptor(
        entry.mediaType(), entry.size(), entry.digest(), entry.artifactType(), annotations);
  }
}
