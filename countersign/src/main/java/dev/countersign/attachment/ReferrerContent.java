package dev.countersign.attachment;

import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.Repository;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.util.Optional;

/// Tells what a manifest that refers to an image holds, by what is in it: artifact types and
/// annotations are anybody's.
record ReferrerContent(ContentStore store, Repository repository, Deadline deadline) {
  Part part(Content content) throws IOException {
    var image = image(content);
    if (image.isEmpty()) {
      return Part.OTHERS;
    }
    if (ReferrerSearch.isExperimental(image.get())) {
      return Part.SIGNATURES;
    }
    if (!BundleManifest.is(image.get())) {
      return Part.OTHERS;
    }
    return predicateType(image.get()).equals(Optional.of(Statement.SIGNATURE))
        ? Part.SIGNATURES
        : Part.ATTESTATIONS;
  }

  private Optional<String> predicateType(Manifest.Image manifest) throws IOException {
    var layer = manifest.layers().getFirst();
    if (layer.size() > Kind.ATTESTATION.maxBytes()) {
      return Optional.empty();
    }
    return store
        .fetchBlob(repository, layer, Kind.ATTESTATION.maxBytes(), deadline)
        .flatMap(bundle -> BundleManifest.read(layer, bundle).unverifiedPredicateType());
  }

  private static Optional<Manifest.Image> image(Content content) {
    try {
      return Manifest.parse(content) instanceof Manifest.Image image
          ? Optional.of(image)
          : Optional.empty();
    } catch (FormatException e) {
      return Optional.empty();
    }
  }
}
