package dev.countersign.attachment;

import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Signature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Fetches what is stored beside an image as it is.
record Download(ContentStore store, Digested subject, Kind kind, Deadline deadline) {
  /// Bundles in the order of their list, then the layers under `tag` in theirs.
  List<StoredContent> all(Tagged tag) throws IOException {
    var all = new ArrayList<>(bundles());
    all.addAll(layers(tag));
    return List.copyOf(all);
  }

  private List<StoredContent> bundles() throws IOException {
    var wanted =
        switch (kind) {
          case SIGNATURE -> Part.SIGNATURES;
          case ATTESTATION -> Part.ATTESTATIONS;
        };
    var content = new ReferrerContent(store, subject.repository(), deadline);
    var found = new ArrayList<StoredContent>();
    for (var referrer : content.find(subject, Set.of(wanted))) {
      for (var layer : image(subject, referrer).layers()) {
        var form = isBundle(layer) ? Signature.Form.BUNDLE : Signature.Form.TAG;
        found.add(new StoredContent(form, layer.annotations(), fetch(layer)));
      }
    }
    return found;
  }

  private static boolean isBundle(Descriptor layer) {
    return layer.mediaType().startsWith(Bundle.MEDIA_TYPE_PREFIX);
  }

  private List<StoredContent> layers(Tagged tag) throws IOException {
    var manifest = store.fetchManifest(tag, deadline);
    if (manifest.isEmpty()) {
      return List.of();
    }
    var layers = image(tag, manifest.get().content()).layers();
    if (layers.size() > Layers.MAX_LAYERS) {
      throw new IOException(
          "%s: expected at most %d layers, got %d"
              .formatted(tag, Layers.MAX_LAYERS, layers.size()));
    }
    var found = new ArrayList<StoredContent>();
    for (var layer : layers) {
      found.add(new StoredContent(Signature.Form.TAG, layer.annotations(), fetch(layer)));
    }
    return found;
  }

  private static Manifest.Image image(Object name, Content content) throws IOException {
    try {
      return switch (Manifest.parse(content)) {
        case Manifest.Image image -> image;
        case Manifest.Index index ->
            throw new FormatException("expected a manifest of signatures, got an index");
      };
    } catch (FormatException e) {
      throw new IOException(name + ": " + e.problem(), e);
    }
  }

  private Bytes fetch(Descriptor layer) throws IOException {
    var repository = subject.repository();
    return store
        .fetchBlob(repository, layer, kind.maxBytes(), deadline)
        .orElseThrow(() ->
            new IOException(
                "expected the blob " + repository.digest(layer.digest()) + ", got none"));
  }
}
