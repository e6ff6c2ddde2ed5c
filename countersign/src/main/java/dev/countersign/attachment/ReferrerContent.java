package dev.countersign.attachment;

import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.Repository;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tells what a manifest that refers to an image holds, by what is in it: artifact types and
/// annotations are anybody's.
record ReferrerContent(ContentStore store, Repository repository, Deadline deadline) {
  /// What refers to `subject` and holds `parts`, in the order of the list; what is listed and not
  /// there is left out.
  ///
  /// @throws IOException if not all can be seen
  List<Content> find(Digested subject, Set<Part> parts) throws IOException {
    var found = new ArrayList<Content>();
    for (var entry :
        ReferrerList.fetch(store, subject, deadline).requireWhole(subject).manifests()) {
      var fetched = store.fetchManifest(repository.digest(entry.digest()), deadline);
      if (fetched.isPresent() && isOf(parts, fetched.get().content())) {
        found.add(fetched.get().content());
      }
    }
    return found;
  }

  /// Nothing is looked into when all is wanted.
  private boolean isOf(Set<Part> parts, Content content) throws IOException {
    return parts.size() == Part.values().length || parts.contains(part(content));
  }

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
