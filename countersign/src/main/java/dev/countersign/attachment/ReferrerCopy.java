package dev.countersign.attachment;

import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Referrer;
import dev.countersign.registry.ContentStore;
import dev.countersign.signature.Evidence.Gap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What refers to an image at the source, and how the target learns of it.
record ReferrerCopy(CopyRoute way, Set<Part> parts) {
  /// A referrer as it was fetched.
  record Found(Content content, Descriptor described) {
    Digest digest() {
      return described.digest();
    }
  }

  /// Those that are wanted, in the order of the source.
  ///
  /// @throws IOException if not all can be seen: a copy that loses some without a word is worse
  ///   than none
  List<Found> find(Digest image) throws IOException {
    var subject = way.from().digest(image);
    var list = ReferrerList.fetch(way.source(), subject, way.deadline());
    requireWhole(subject, list.gaps());
    var found = new ArrayList<Found>();
    for (var entry : list.manifests()) {
      var content = fetch(way.from().digest(entry.digest()));
      if (content.isPresent() && isWanted(content.get())) {
        found.add(new Found(content.get(), describe(content.get())));
      }
    }
    return found;
  }

  private boolean isWanted(Content content) throws IOException {
    return parts.size() == Part.values().length
        || parts.contains(
            new ReferrerContent(way.source(), way.from(), way.deadline()).part(content));
  }

  /// Appends to the index `sha256-<hex>` those that the target does not list by itself.
  void list(Digest image, List<Found> referrers) throws IOException {
    if (referrers.isEmpty()) {
      return;
    }
    var subject = way.to().digest(image);
    var listed = listed(subject);
    var missing =
        referrers.stream()
            .map(Found::described)
            .filter(one -> !listed.contains(one.digest()))
            .toList();
    if (!missing.isEmpty()) {
      new Attaching<>(
              way.target(),
              ReferrerList.tag(subject),
              ReferrerIndex.EMPTY,
              content -> ReferrerIndex.parse(image, content),
              way.deadline())
          .attachAll(missing, () -> {});
    }
  }

  private Set<Digest> listed(Digested subject) throws IOException {
    var list = ReferrerList.fetch(way.target(), subject, way.deadline());
    requireWhole(subject, list.gaps());
    return list.manifests().stream().map(Descriptor::digest).collect(Collectors.toSet());
  }

  static void requireWhole(Digested subject, List<Gap> gaps) throws IOException {
    if (!gaps.isEmpty()) {
      throw new IOException(
          "cannot see all that refers to " + subject + ": " + gaps.getFirst().text());
    }
  }

  /// Empty if a list names what is not there.
  private Optional<Content> fetch(Digested manifest) throws IOException {
    return way.source().fetchManifest(manifest, way.deadline()).map(ContentStore.Fetched::content);
  }

  private static Descriptor describe(Content content) throws IOException {
    try {
      return Referrer.describe(content);
    } catch (FormatException e) {
      throw new IOException("cannot copy " + content.digest() + ": " + e.problem(), e);
    }
  }
}
