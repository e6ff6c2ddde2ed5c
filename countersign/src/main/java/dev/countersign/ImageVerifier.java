package dev.countersign;

import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Kind;
import dev.countersign.attachment.Place;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Gathered;
import dev.countersign.policy.Requirement;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Evidence;
import dev.countersign.verify.Claims;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides whether an image is signed as required.
///
/// Safe for use by several threads; holds no state besides its store.
public final class ImageVerifier {
  private final ContentStore store;
  private final Attachments attachments;

  /// Images of `store`, whose signatures lie beside them.
  public ImageVerifier(ContentStore store) {
    this(store, new Place.BesideImage());
  }

  /// Images of `store`, whose signatures lie at `place`.
  public ImageVerifier(ContentStore store, Place place) {
    this.store = store;
    this.attachments = new Attachments(store, place);
  }

  /// The decision about what `reference` names now: resolve, find, verify, decide.
  ///
  /// A failing world is [Decision.Undetermined]; nothing is thrown.
  public Decision verify(ImageReference reference, Requirement requirement, Deadline deadline) {
    return gather(reference, Set.of(kind(requirement)), deadline)
        .decide(requirement, Instant.now());
  }

  /// What `reference` names now, and what of `kinds` lies beside it; a failing world is part of the
  /// answer.
  public Gathered gather(ImageReference reference, Set<Kind> kinds, Deadline deadline) {
    try {
      var image = resolve(reference, deadline);
      return image.isEmpty()
          ? new Gathered.Absent(reference)
          : found(image.get(), attachments.find(image.get(), kinds, deadline));
    } catch (IOException e) {
      return new Gathered.Failed(Attachments.gapOf(e));
    }
  }

  private static Gathered found(Digested image, Map<Kind, Evidence> beside) {
    return new Gathered.Found(
        image,
        beside.getOrDefault(Kind.SIGNATURE, Evidence.NONE),
        beside.getOrDefault(Kind.ATTESTATION, Evidence.NONE),
        Optional.empty());
  }

  /// The index that `tag` names now, if it lists `child` itself; of one within it nothing is known.
  /// Its digest is computed from its bytes.
  ///
  /// @throws IOException if nobody can say
  public Optional<Digested> findIndex(ImageReference.Tagged tag, Digest child, Deadline deadline)
      throws IOException {
    var manifest = store.fetchManifest(tag, deadline);
    return manifest
        .filter(found -> lists(found.content(), child))
        .map(found -> tag.repository().digest(found.content().digest()));
  }

  private static boolean lists(Content content, Digest child) {
    try {
      return switch (Manifest.parse(content)) {
        case Manifest.Image image -> false;
        case Manifest.Index index ->
            index.manifests().stream().anyMatch(entry -> entry.digest().equals(child));
      };
    } catch (FormatException e) {
      // What is no index lists nothing.
      return false;
    }
  }

  private static Kind kind(Requirement requirement) {
    return switch (requirement.claims()) {
      case Claims.Required required -> Kind.SIGNATURE;
      case Claims.InsecureUnchecked unchecked -> Kind.SIGNATURE;
      case Claims.Attestation attestation -> Kind.ATTESTATION;
      case Claims.InsecureAttestation attestation -> Kind.ATTESTATION;
    };
  }

  /// The digest of the bytes that the tag names, computed from them; asked once, so that one thing
  /// is found, verified and reported.
  private Optional<Digested> resolve(ImageReference reference, Deadline deadline)
      throws IOException {
    return switch (reference) {
      case Digested digested -> Optional.of(digested);
      case ImageReference.Tagged tagged ->
          store
              .fetchManifest(tagged, deadline)
              .map(manifest -> tagged.repository().digest(manifest.content().digest()));
    };
  }
}
