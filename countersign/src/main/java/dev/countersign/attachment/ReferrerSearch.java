package dev.countersign.attachment;

import dev.countersign.attachment.Layers.Unread;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.signature.Signature;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The signatures and attestations among what refers to an image.
///
/// What a manifest holds is told by its layer: artifact types and annotations of lists are written
/// wrongly by cosign and by registries, and decide only what is looked at first.
record ReferrerSearch(ContentStore store, Kind kind, Deadline deadline) {
  /// The most manifests of one image that are looked into.
  static final int MAX_MANIFESTS = 200;

  /// cosign's signatures in tag form that refer to the image instead of having a tag
  /// (`--registry-referrers-mode=oci-1-1`).
  private static final String EXPERIMENTAL = "application/vnd.dev.cosign.artifact.sig.v1+json";

  Evidence find(Digested subject) {
    return read(subject, ReferrerList.fetch(store, subject, deadline));
  }

  Evidence read(Digested subject, ReferrerList list) {
    var gaps = new ArrayList<>(list.gaps());
    var signatures = new ArrayList<Signature>();
    var layers = new ArrayList<Unread>();
    var looked = SideBySide.map(firstFew(list, gaps), entry -> look(subject, entry));
    for (var found : looked) {
      switch (found) {
        case Found.Unreadable unreadable -> signatures.add(unreadable.signature());
        case Found.Failed failed -> gaps.add(failed.gap());
        case Found.Holding holding -> layers.addAll(holding.layers());
      }
    }
    var read = new Layers(store, subject.repository(), kind, deadline).read(layers);
    signatures.addAll(read.signatures());
    gaps.addAll(read.gaps());
    return new Evidence(signatures, gaps);
  }

  private static List<Descriptor> firstFew(ReferrerList list, List<Gap> gaps) {
    var likeliest = new ArrayList<Descriptor>();
    var others = new ArrayList<Descriptor>();
    for (var one : list.manifests()) {
      (mayBeOurs(one.artifactType()) ? likeliest : others).add(one);
    }
    likeliest.addAll(others);
    if (likeliest.size() <= MAX_MANIFESTS) {
      return likeliest;
    }
    gaps.add(
        new Gap.Limit(
            "looked into %d of %d manifests that refer to the image (limit: %d)"
                .formatted(MAX_MANIFESTS, likeliest.size(), MAX_MANIFESTS)));
    return likeliest.subList(0, MAX_MANIFESTS);
  }

  private static boolean mayBeOurs(String artifactType) {
    return artifactType.startsWith(Bundle.MEDIA_TYPE_PREFIX)
        || artifactType.equals(EXPERIMENTAL)
        || artifactType.equals("application/vnd.oci.empty.v1+json")
        || artifactType.isEmpty();
  }

  /// What a look at one manifest gave.
  private sealed interface Found {
    record Holding(List<Unread> layers) implements Found {}

    record Unreadable(Signature.Malformed signature) implements Found {}

    record Failed(Gap gap) implements Found {}
  }

  private Found look(Digested subject, Descriptor entry) {
    if (entry.size() > ContentStore.MAX_MANIFEST_BYTES) {
      return new Found.Failed(
          new Gap.Limit(
              "expected a manifest of at most %d bytes, got %d"
                  .formatted(ContentStore.MAX_MANIFEST_BYTES, entry.size())));
    }
    var image = subject.repository().digest(entry.digest());
    try {
      var fetched = store.fetchManifest(image, deadline);
      return fetched.isEmpty()
          ? unreadable(entry, "it is listed, and not there")
          : new Found.Holding(layers(Manifest.parse(fetched.get().content())));
    } catch (FormatException e) {
      return unreadable(entry, e.problem());
    } catch (IOException e) {
      return new Found.Failed(Attachments.gapOf(e));
    }
  }

  private static Found unreadable(Descriptor entry, String problem) {
    return new Found.Unreadable(
        new Signature.Malformed("referrer " + entry.digest() + ": " + problem));
  }

  private List<Unread> layers(Manifest manifest) {
    return switch (manifest) {
      case Manifest.Index index -> List.of();
      case Manifest.Image image when BundleManifest.is(image) ->
          bundle(image).map(List::of).orElse(List.of());
      case Manifest.Image image when kind == Kind.SIGNATURE && isExperimental(image) ->
          experimental(image);
      case Manifest.Image image -> List.of();
    };
  }

  /// The bundle, unless it is too large to be what is looked for and says that it is not that.
  private Optional<Unread> bundle(Manifest.Image image) {
    var layer = image.layers().getFirst();
    var isNone =
        layer.size() > kind.maxBytes()
            && BundleManifest.isSaidToBeOtherThan(Statement.SIGNATURE, image);
    return isNone ? Optional.empty() : Optional.of(new Unread(layer, BundleManifest::read));
  }

  /// Whether `image` holds signatures in tag form that have no tag.
  static boolean isExperimental(Manifest.Image image) {
    return image.config().mediaType().equals(EXPERIMENTAL)
        || image.artifactType().equals(EXPERIMENTAL);
  }

  private static List<Unread> experimental(Manifest.Image image) {
    return image.layers().stream().map(layer -> new Unread(layer, TagManifest::signature)).toList();
  }
}
