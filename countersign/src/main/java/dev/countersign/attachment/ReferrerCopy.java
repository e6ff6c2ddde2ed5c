package dev.countersign.attachment;

import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Referrer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  /// @throws IOException if not all can be seen
  List<Found> find(Digest image) throws IOException {
    var content = new ReferrerContent(way.source(), way.from(), way.deadline());
    var found = new ArrayList<Found>();
    for (var referrer : content.find(way.from().digest(image), parts)) {
      found.add(new Found(referrer, describe(referrer)));
    }
    return found;
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
    return ReferrerList.fetch(way.target(), subject, way.deadline())
        .requireWhole(subject)
        .manifests()
        .stream()
        .map(Descriptor::digest)
        .collect(Collectors.toSet());
  }

  private static Descriptor describe(Content content) throws IOException {
    try {
      return Referrer.describe(content);
    } catch (FormatException e) {
      throw new IOException("cannot copy " + content.digest() + ": " + e.problem(), e);
    }
  }
}
