package dev.countersign.attachment;

import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.ContentStore.Precondition;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.signature.Opened;
import dev.countersign.signature.Signature;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// Stores a bundle as a manifest that refers to an image.
///
/// The manifest goes up before the list that names it: when something fails in between, the image
/// is as unsigned as before.
record BundleAttaching(ContentStore store, Digested image, Digested subject, Deadline deadline) {
  /// @param key the signer's
  /// @throws IOException if the world fails; a second run completes the first
  Attached attach(Bundle bundle, PublicKey key, Instant created) throws IOException {
    var list = ReferrerList.fetch(store, subject, deadline);
    requireWhole(list);
    var envelope = envelope(bundle);
    var statement = open(envelope, key);
    return isThere(find(list), statement, key)
        ? Attached.ALREADY_THERE
        : add(bundle, list, statement.predicateType(), created);
  }

  /// The same for a bundle that anybody signed.
  ///
  /// @throws IOException as above
  Attached attach(Bundle bundle, Instant created) throws IOException {
    var list = ReferrerList.fetch(store, subject, deadline);
    requireWhole(list);
    var signature = new Signature.Bundled(bundle);
    return find(list).signatures().contains(signature)
        ? Attached.ALREADY_THERE
        : add(bundle, list, signature.unverifiedPredicateType().orElse(""), created);
  }

  private Evidence find(ReferrerList list) {
    return new ReferrerSearch(store, Kind.ATTESTATION, deadline).read(subject, list);
  }

  private Attached add(Bundle bundle, ReferrerList list, String predicateType, Instant created)
      throws IOException {
    var bytes = bytes(bundle);
    var manifest = BundleManifest.of(describe(), bytes, predicateType, created);
    push(bytes, manifest);
    var entry = BundleManifest.listed(manifest);
    return list.source() == ReferrerList.Source.API
            && ReferrerList.isListed(store, subject, entry, deadline)
        ? Attached.ADDED
        : appendToIndex(entry);
  }

  private static void requireWhole(ReferrerList list) throws IOException {
    var fault = list.gaps().stream().filter(gap -> !(gap instanceof Gap.Limit)).findFirst();
    if (fault.isPresent()) {
      throw new IOException("cannot see what refers to the image: " + fault.get().text());
    }
  }

  private static boolean isThere(Evidence evidence, Statement statement, PublicKey key) {
    return evidence.signatures().stream()
        .anyMatch(there ->
            there instanceof Signature.Bundled(var bundle)
                && bundle.content() instanceof Bundle.Content.Enveloped(var envelope)
                && opened(envelope, key).equals(Optional.of(statement)));
  }

  private static Optional<Statement> opened(Envelope envelope, PublicKey key) {
    try {
      return envelope.openWith(key).map(Opened::claim);
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private static Envelope envelope(Bundle bundle) {
    return switch (bundle.content()) {
      case Bundle.Content.Enveloped(var envelope) -> envelope;
      case Bundle.Content.Message message ->
          throw new IllegalArgumentException("a file's signature belongs beside no image");
    };
  }

  private static Statement open(Envelope envelope, PublicKey key) {
    return opened(envelope, key)
        .orElseThrow(() -> new IllegalArgumentException("another key signed the bundle"));
  }

  private static Bytes bytes(Bundle bundle) throws IOException {
    try {
      return bundle.toBytes();
    } catch (FormatException e) {
      throw new IOException("cannot store the bundle: " + e.problem(), e);
    }
  }

  private Descriptor describe() throws IOException {
    return store
        .fetchManifest(image, deadline)
        .orElseThrow(() -> new IOException("image not found: " + image))
        .content()
        .descriptor();
  }

  private void push(Bytes bundle, Manifest.Image manifest) throws IOException {
    var repository = subject.repository();
    store.pushBlob(repository, BundleManifest.CONFIG, deadline);
    store.pushBlob(repository, bundle, deadline);
    var content = manifest.toContent();
    store.pushManifest(
        repository.digest(content.digest()), content, new Precondition.None(), deadline);
  }

  private Attached appendToIndex(Descriptor entry) throws IOException {
    return new Attaching<>(
            store,
            ReferrerList.tag(subject),
            ReferrerIndex.EMPTY,
            content -> ReferrerIndex.parse(subject.digest(), content),
            deadline)
        .attach(entry, list -> list.entries().contains(entry), () -> {});
  }
}
