package dev.countersign.attachment;

import dev.countersign.attachment.Layers.Unread;
import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryException;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.TagMaterial;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Finds the signatures and attestations of an image in all layouts, without being told which, and
/// stores new ones. Safe for use by several threads.
public final class Attachments {
  private final ContentStore store;
  private final Place place;

  /// Signatures in `store`, at `place`.
  public Attachments(ContentStore store, Place place) {
    this.store = store;
    this.place = place;
  }

  /// What became of something that was to be stored.
  public enum Attached {
    ADDED,
    ALREADY_THERE
  }

  /// Where those of `kind` in tag form lie: `<repository>:sha256-<hex>.sig` or `.att`.
  public Tagged tag(Digested image, Kind kind) {
    return place.of(image).tag(image.digest().asTag() + kind.ending());
  }

  /// All that `image` has of each of `kinds`, looked for at the same time.
  public Map<Kind, Evidence> find(Digested image, Set<Kind> kinds, Deadline deadline) {
    var order = List.copyOf(kinds);
    var found = SideBySide.map(order, kind -> find(image, kind, deadline));
    var evidence = new EnumMap<Kind, Evidence>(Kind.class);
    for (int i = 0; i < order.size(); i++) {
      evidence.put(order.get(i), found.get(i));
    }
    return evidence;
  }

  /// All that `image` has of `kind`, in tag form first; a list of referrers holds both kinds, so
  /// there may be others among them. What could not be read is a gap, never an exception and never
  /// silence.
  public Evidence find(Digested image, Kind kind, Deadline deadline) {
    var lookUps =
        List.<Supplier<Evidence>>of(
            () -> findByTag(image, kind, deadline),
            () -> new ReferrerSearch(store, kind, deadline).find(subject(image)));
    var found = SideBySide.map(lookUps, Supplier::get);
    var signatures = new ArrayList<Signature>();
    var gaps = new ArrayList<Gap>();
    for (var evidence : found) {
      signatures.addAll(evidence.signatures());
      gaps.addAll(evidence.gaps());
    }
    return new Evidence(signatures, gaps);
  }

  private Evidence findByTag(Digested image, Kind kind, Deadline deadline) {
    var tag = tag(image, kind);
    try {
      var manifest = store.fetchManifest(tag, deadline);
      if (manifest.isEmpty()) {
        return Evidence.NONE;
      }
      var reading = TagManifest.reading(kind);
      var layers =
          TagManifest.parse(manifest.get().content()).entries().stream()
              .map(layer -> new Unread(layer, reading))
              .toList();
      return new Layers(store, tag.repository(), kind, deadline).read(layers);
    } catch (FormatException e) {
      return new Evidence(List.of(new Signature.Malformed(tag + ": " + e.problem())), List.of());
    } catch (IOException e) {
      return new Evidence(List.of(), List.of(gapOf(e)));
    }
  }

  /// All that refers to `image`, whatever it is.
  public ReferrerList referrers(Digested image, Deadline deadline) {
    return ReferrerList.fetch(store, subject(image), deadline);
  }

  /// The image as it is named where its signatures lie.
  private Digested subject(Digested image) {
    return place.of(image).digest(image.digest());
  }

  /// Stores a signature in tag form, after those that are there. A signature of the same payload
  /// that `key` verifies is not stored twice.
  ///
  /// @throws IOException if the world fails; then the signatures that were there are still there
  public Attached attach(
      Digested image, SimpleSigning.Sealed signature, PublicKey key, Deadline deadline)
      throws IOException {
    return appending(tag(image, Kind.SIGNATURE), deadline)
        .attach(
            TagManifest.layer(signature, TagMaterial.NONE),
            list -> list.holdsSignatureOf(signature, key),
            () -> store.pushBlob(place.of(image), signature.unverifiedPayload(), deadline));
  }

  /// Stores an attestation in tag form, after those that are there.
  ///
  /// @param predicateType as the envelope's statement has it
  /// @throws IOException as above
  public Attached attach(Digested image, Envelope envelope, String predicateType, Deadline deadline)
      throws IOException {
    var layer = layer(envelope, predicateType);
    return appending(tag(image, Kind.ATTESTATION), deadline)
        .attach(
            layer,
            list -> list.entries().contains(layer),
            () -> store.pushBlob(place.of(image), envelope.toBytes(), deadline));
  }

  /// Stores an attestation in tag form in place of all of its type, whoever made them.
  ///
  /// @param predicateType as the envelope's statement has it
  /// @throws IOException as above
  public void replace(Digested image, Envelope envelope, String predicateType, Deadline deadline)
      throws IOException {
    var layer = layer(envelope, predicateType);
    var replacing =
        new Attaching<>(
            store,
            tag(image, Kind.ATTESTATION),
            TagManifest.EMPTY,
            content -> TagManifest.parse(content).without(predicateType, layer),
            deadline);
    var unused =
        replacing.attach(
            layer,
            list -> false,
            () -> store.pushBlob(place.of(image), envelope.toBytes(), deadline));
  }

  private static Descriptor layer(Envelope envelope, String predicateType) {
    return TagManifest.layer(
        new Content(TagManifest.ATTESTATION_LAYER, envelope.toBytes()), predicateType);
  }

  /// Stores a signature in tag form whose key nobody has at hand, with what came with it, after
  /// those that are there.
  ///
  /// @throws IOException as above
  public Attached attach(
      Digested image, SimpleSigning.Sealed signature, TagMaterial material, Deadline deadline)
      throws IOException {
    var layer = TagManifest.layer(signature, material);
    return appending(tag(image, Kind.SIGNATURE), deadline)
        .attach(
            layer,
            list -> list.entries().contains(layer),
            () -> store.pushBlob(place.of(image), signature.unverifiedPayload(), deadline));
  }

  /// Stores a bundle whose key nobody has at hand, as a referrer of `image`. The same bundle is not
  /// stored twice.
  ///
  /// @param created a note for people, which nobody signs
  /// @throws IOException as above
  public Attached attach(Digested image, Bundle bundle, Instant created, Deadline deadline)
      throws IOException {
    return new BundleAttaching(store, image, subject(image), deadline).attach(bundle, created);
  }

  /// What is stored of `kind`, byte for byte, bundles first. Nothing is left out without a word.
  ///
  /// @throws IOException if something cannot be seen
  public List<StoredContent> download(Digested image, Kind kind, Deadline deadline)
      throws IOException {
    return new Download(store, subject(image), kind, deadline).all(tag(image, kind));
  }

  private Attaching<TagManifest> appending(Tagged tag, Deadline deadline) {
    return new Attaching<>(store, tag, TagManifest.EMPTY, TagManifest::parse, deadline);
  }

  /// Stores a bundle that `key` signed as a referrer of `image`: listed by the registry, or where
  /// it keeps no list in the index `sha256-<hex>`. One of the same statement by the same key is not
  /// stored twice.
  ///
  /// @param created a note for people, which nobody signs
  /// @throws IOException as above
  public Attached attach(
      Digested image, Bundle bundle, PublicKey key, Instant created, Deadline deadline)
      throws IOException {
    return new BundleAttaching(store, image, subject(image), deadline).attach(bundle, key, created);
  }

  /// The gap that the failure of a look-up leaves.
  public static Gap gapOf(IOException failure) {
    var text = String.valueOf(failure.getMessage());
    return failure instanceof RegistryException registry
        ? switch (registry.fault()) {
          case ADDRESS_NOT_ALLOWED -> new Gap.AddressNotAllowed(text);
          case LIMIT -> new Gap.Limit(text);
          case UNREACHABLE,
              TLS,
              UNAUTHORIZED,
              OVERLOADED,
              BROKEN,
              REFUSED,
              CHANGED,
              MISMATCH,
              LATE,
              CIRCUIT_OPEN ->
              new Gap.Fault(text);
        }
        : new Gap.Fault(text);
  }
}
