package dev.countersign.attachment;

import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.ContentStore.Precondition;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Copies an image, all that an index lists, and all that is attached to each of them, from one
/// content store to another.
///
/// What is attached at the target stays; what is attached at the source is added to it. An image
/// comes before what refers to it, as some registries want, and its tag comes last: whoever goes by
/// the tag sees all or nothing. A second run completes the first.
public final class ImageCopy {
  private static final int MAX_MANIFESTS = 10_000;

  private final CopyRoute route;
  private final Place place;
  private final Set<Part> parts;
  private final Progress progress;
  private final Set<Digest> copied = new HashSet<>();

  private ImageCopy(CopyRoute route, Place place, Set<Part> parts, Progress progress) {
    this.route = route;
    this.place = place;
    this.parts = Set.copyOf(parts);
    this.progress = progress;
  }

  /// Where the image is.
  ///
  /// @param place where its signatures are
  public record Source(ContentStore store, Digested image, Place place) {}

  /// Where it goes to. A digest must be that of the image.
  public record Target(ContentStore store, ImageReference name) {}

  /// What is copied.
  public enum Part {
    /// The images themselves and the tag.
    IMAGE,
    SIGNATURES,
    ATTESTATIONS,
    /// SBOMs in tag form.
    SBOMS,
    /// All else that refers to an image.
    OTHERS
  }

  /// Hears what is copied, while it is.
  public interface Progress {
    void copying(ImageReference from, ImageReference to);

    /// Something was left as it is, and why.
    void kept(String what);
  }

  /// Copies `parts` of the image.
  ///
  /// @throws IOException if the world fails; a second call completes this one
  public static void copy(
      Source source, Target target, Set<Part> parts, Progress progress, Deadline deadline)
      throws IOException {
    var from = source.image().repository();
    var to = target.name().repository();
    var route = new CopyRoute(source.store(), from, target.store(), to, deadline);
    var copy = new ImageCopy(route, source.place(), parts, progress);
    var content = copy.fetch(source.image());
    copy.copyAll(source.image().digest(), content);
    if (parts.contains(Part.IMAGE) && target.name() instanceof Tagged tag) {
      copy.putTag(source.image(), tag, content);
    }
  }

  private Content fetch(Digested image) throws IOException {
    return route
        .source()
        .fetchManifest(image, route.deadline())
        .orElseThrow(() -> new IOException("expected " + image + ", got none"))
        .content();
  }

  private void copyAll(Digest image, Content content) throws IOException {
    if (!begin(image)) {
      return;
    }
    for (var child : children(image, content)) {
      copyAll(child.digest(), fetch(route.from().digest(child.digest())));
    }
    if (parts.contains(Part.IMAGE)) {
      putManifest(route, image, content);
    }
    copyAttached(image);
  }

  /// @return whether `manifest` was not copied yet
  private boolean begin(Digest manifest) throws IOException {
    if (copied.size() >= MAX_MANIFESTS) {
      throw new IOException("expected at most " + MAX_MANIFESTS + " manifests, got more");
    }
    return copied.add(manifest);
  }

  private static List<Descriptor> children(Digest image, Content content) throws IOException {
    return switch (parse(image, content)) {
      case Manifest.Image one -> List.of();
      case Manifest.Index index -> index.manifests();
    };
  }

  private static Manifest parse(Digest digest, Content content) throws IOException {
    try {
      return Manifest.parse(content);
    } catch (FormatException e) {
      throw new IOException("cannot copy " + digest + ": " + e.problem(), e);
    }
  }

  /// The blobs first: no manifest is to name what is not there.
  private void putManifest(CopyRoute way, Digest digest, Content content) throws IOException {
    var to = way.to().digest(digest);
    progress.copying(way.from().digest(digest), to);
    way.copyBlobs(blobs(parse(digest, content)));
    way.target().pushManifest(to, content, new Precondition.None(), way.deadline());
  }

  private static List<Descriptor> blobs(Manifest manifest) {
    return switch (manifest) {
      case Manifest.Index index -> List.of();
      case Manifest.Image image -> {
        var blobs = new ArrayList<>(image.layers());
        blobs.add(image.config());
        yield blobs;
      }
    };
  }

  private void putTag(Digested image, Tagged tag, Content content) throws IOException {
    var now = route.target().resolve(tag, route.deadline());
    if (!now.map(Digested::digest).equals(Optional.of(image.digest()))) {
      progress.copying(image, tag);
      route.target().pushManifest(tag, content, new Precondition.None(), route.deadline());
    }
  }

  private void copyAttached(Digest image) throws IOException {
    var way = route.startingAt(place.of(route.from().digest(image)));
    if (parts.contains(Part.SIGNATURES)) {
      copyList(way, image, Kind.SIGNATURE.ending());
    }
    if (parts.contains(Part.ATTESTATIONS)) {
      copyList(way, image, Kind.ATTESTATION.ending());
    }
    if (parts.contains(Part.SBOMS)) {
      copySbom(way, image);
    }
    copyReferrers(way, image);
  }

  /// As it is where the target has none; else the target's list grows.
  private void copyList(CopyRoute way, Digest image, String ending) throws IOException {
    var name = image.asTag() + ending;
    var to = way.to().tag(name);
    var there = way.source().fetchManifest(way.from().tag(name), way.deadline());
    if (there.isEmpty()) {
      return;
    }
    var content = there.get().content();
    var layers = tagManifest(to, content).entries();
    if (way.target().fetchManifest(to, way.deadline()).isEmpty()) {
      putList(way, name, content);
    }
    var added =
        new Attaching<>(way.target(), to, TagManifest.EMPTY, TagManifest::parse, way.deadline())
            .attachAll(layers, () -> way.copyBlobs(layers));
    if (added == Attached.ADDED) {
      progress.copying(way.from().tag(name), to);
    }
  }

  private static TagManifest tagManifest(Tagged tag, Content content) throws IOException {
    try {
      return TagManifest.parse(content);
    } catch (FormatException e) {
      throw new IOException("cannot copy " + tag + ": " + e.problem(), e);
    }
  }

  private void putList(CopyRoute way, String tag, Content content) throws IOException {
    var to = way.to().tag(tag);
    progress.copying(way.from().tag(tag), to);
    way.copyBlobs(blobs(parse(content.digest(), content)));
    way.target().pushManifest(to, content, new Precondition.None(), way.deadline());
  }

  /// An SBOM is one thing, and no list to which another could be added.
  private void copySbom(CopyRoute way, Digest image) throws IOException {
    var name = image.asTag() + ".sbom";
    var there = way.source().fetchManifest(way.from().tag(name), way.deadline());
    if (there.isEmpty()) {
      return;
    }
    var content = there.get().content();
    var known = way.target().resolve(way.to().tag(name), way.deadline());
    if (known.isEmpty()) {
      putList(way, name, content);
    } else if (!known.get().digest().equals(content.digest())) {
      progress.kept(way.to().tag(name) + " is another SBOM than the source's");
    }
  }

  private void copyReferrers(CopyRoute way, Digest image) throws IOException {
    var found = new ReferrerCopy(way, parts).find(image);
    var fresh = new ArrayList<ReferrerCopy.Found>();
    for (var referrer : found) {
      if (begin(referrer.digest())) {
        fresh.add(referrer);
        putTree(way, referrer.digest(), referrer.content());
      }
    }
    new ReferrerCopy(way, parts).list(image, fresh);
    for (var referrer : fresh) {
      copyReferrers(way, referrer.digest());
    }
  }

  private void putTree(CopyRoute way, Digest digest, Content content) throws IOException {
    for (var child : children(digest, content)) {
      if (begin(child.digest())) {
        putTree(way, child.digest(), fetch(way.from().digest(child.digest())));
      }
    }
    putManifest(way, digest, content);
  }
}
