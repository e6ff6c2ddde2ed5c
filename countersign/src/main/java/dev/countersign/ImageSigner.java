package dev.countersign;

import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.attachment.Place;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.sign.Signer;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Signs images where they lie.
public final class ImageSigner {
  /// The most manifests of one index, those of nested indexes included, that are signed.
  public static final int MAX_IMAGES = 1_000;

  private final ContentStore store;
  private final Attachments attachments;

  /// Images of `store`, whose signatures are to lie beside them.
  public ImageSigner(ContentStore store) {
    this(store, new Place.BesideImage());
  }

  /// Images of `store`, whose signatures are to lie at `place`.
  public ImageSigner(ContentStore store, Place place) {
    this.store = store;
    this.attachments = new Attachments(store, place);
  }

  /// How much of an index is signed.
  public enum Depth {
    /// What the reference names.
    TOP,
    /// That, and all that an index lists.
    ALL
  }

  /// What there is to sign under `reference`: an index after all that it lists. Empty if the
  /// registry has nothing of that name.
  ///
  /// @throws IOException if the world fails, or a manifest on the way cannot be read
  public List<Digested> find(ImageReference reference, Depth depth, Deadline deadline)
      throws IOException {
    var top = store.fetchManifest(reference, deadline);
    if (top.isEmpty()) {
      return List.of();
    }
    var content = top.get().content();
    var image = reference.repository().digest(content.digest());
    return switch (depth) {
      case TOP -> List.of(image);
      case ALL -> {
        var found = new LinkedHashSet<Digested>();
        collect(image, content, found, deadline);
        yield List.copyOf(found);
      }
    };
  }

  private void collect(Digested image, Content content, Set<Digested> found, Deadline deadline)
      throws IOException {
    for (var child : children(image, content)) {
      var childImage = image.repository().digest(child.digest());
      if (!found.contains(childImage)) {
        collect(childImage, fetch(childImage, deadline), found, deadline);
      }
    }
    if (found.size() == MAX_IMAGES) {
      throw new IOException("expected an index of at most " + MAX_IMAGES + " images, got more");
    }
    found.add(image);
  }

  private Content fetch(Digested image, Deadline deadline) throws IOException {
    return store
        .fetchManifest(image, deadline)
        .orElseThrow(() -> new IOException("the index lists " + image + ", which is not there"))
        .content();
  }

  private static List<Descriptor> children(Digested image, Content content) throws IOException {
    try {
      return switch (Manifest.parse(content)) {
        case Manifest.Image one -> List.of();
        case Manifest.Index index -> index.manifests();
      };
    } catch (FormatException e) {
      throw new IOException("cannot read " + image + ": " + e.problem(), e);
    }
  }

  /// Signs `image` in bundle form and stores the signature.
  ///
  /// @param now a note for people, which is not signed
  /// @throws IOException if the world fails; the signatures that were there are still there, and a
  ///   second run completes the first
  public Attached sign(Digested image, Signer signer, Instant now, Deadline deadline)
      throws IOException {
    return attachments.attach(image, signer.bundle(image), signer.publicKey(), now, deadline);
  }

  /// Signs `image` in tag form, which every cosign reads, and stores the signature.
  ///
  /// @throws IOException as above
  public Attached signInTagForm(Digested image, Signer signer, Deadline deadline)
      throws IOException {
    return attachments.attach(image, signer.sign(image), signer.publicKey(), deadline);
  }
}
