package dev.countersign.attachment;

import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryException;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import java.io.IOException;
import java.util.List;

/// Finds the signatures of an image, and stores new ones. Safe for use by several threads.
public final class Attachments {
  private final ContentStore store;
  private final Place place;

  /// Signatures in `store`, at `place`.
  public Attachments(ContentStore store, Place place) {
    this.store = store;
    this.place = place;
  }

  /// Where the signatures of `image` in tag form lie: `<repository>:sha256-<hex>.sig`.
  public Tagged signatureTag(Digested image) {
    return place.of(image).tag("sha256-" + image.digest().hex() + ".sig");
  }

  /// All signatures of `image`; what could not be read is a gap, never an exception and never
  /// silence.
  public Evidence find(Digested image, Deadline deadline) {
    var tag = signatureTag(image);
    try {
      var manifest = store.fetchManifest(tag, deadline);
      return manifest.isEmpty()
          ? Evidence.NONE
          : new Payloads(store, tag.repository(), deadline)
              .read(SignatureManifest.parse(manifest.get().content()));
    } catch (FormatException e) {
      return new Evidence(List.of(new Signature.Malformed(tag + ": " + e.problem())), List.of());
    } catch (IOException e) {
      return new Evidence(List.of(), List.of(gapOf(e)));
    }
  }

  /// Stores `signature` beside `image`, after those that are there. A signature of the same payload
  /// that `key` verifies is not stored twice.
  ///
  /// @throws IOException if the world fails; then the signatures that were there are still there
  public Attached attach(
      Digested image, SimpleSigning.Sealed signature, PublicKey key, Deadline deadline)
      throws IOException {
    return new Attaching(store, signatureTag(image), deadline).attach(signature, key);
  }

  /// What became of a signature that was to be stored.
  public enum Attached {
    ADDED,
    ALREADY_THERE
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
              LATE ->
              new Gap.Fault(text);
        }
        : new Gap.Fault(text);
  }
}
