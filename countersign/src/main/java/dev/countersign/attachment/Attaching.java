package dev.countersign.attachment;

import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.ContentStore.Fetched;
import dev.countersign.registry.ContentStore.Precondition;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryException;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.signature.SimpleSigning;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Appends a signature to the manifest of an image's signatures.
///
/// Registries have no transactions: two writers may overwrite each other. So the manifest is read
/// again after each push, and what was lost, ours or another's that was seen, is appended again. A
/// writer that overwrites after that last look still wins; `docs/differences-from-cosign.md` says
/// so.
final class Attaching {
  /// How often a manifest is pushed before giving up.
  static final int MAX_PUSHES = 6;

  private static final int JITTER_MILLIS = 100;

  private final ContentStore store;
  private final Tagged tag;
  private final Deadline deadline;
  private final Set<Descriptor> seen = new LinkedHashSet<>();

  Attaching(ContentStore store, Tagged tag, Deadline deadline) {
    this.store = store;
    this.tag = tag;
    this.deadline = deadline;
  }

  /// @throws IOException if the world fails, if what lies at the tag is not ours to overwrite, or
  ///   if other writers won each time; the message then names what is missing
  Attached attach(SimpleSigning.Sealed signature, PublicKey key) throws IOException {
    var current = fetch();
    if (current.manifest().holdsSignatureOf(signature, key)) {
      return Attached.ALREADY_THERE;
    }
    store.pushBlob(tag.repository(), signature.unverifiedPayload(), deadline);
    seen.add(SignatureManifest.layer(signature));
    for (int push = 1; push <= MAX_PUSHES; push++) {
      push(current);
      current = fetch();
      if (current.manifest().layers().containsAll(seen)) {
        return Attached.ADDED;
      }
      pause(push);
    }
    throw new IOException(lost(current));
  }

  private Current fetch() throws IOException {
    var fetched = store.fetchManifest(tag, deadline);
    var current = fetched.isEmpty() ? Current.NONE : Current.of(tag, fetched.get());
    seen.addAll(current.manifest().layers());
    return current;
  }

  private void push(Current current) throws IOException {
    var grown = current.manifest().union(seen);
    if (grown.layers().size() > Payloads.MAX_SIGNATURES) {
      throw new IOException(
          tag + " holds " + Payloads.MAX_SIGNATURES + " signatures, no more are read; remove some");
    }
    store.pushBlob(tag.repository(), grown.config().bytes(), deadline);
    try {
      store.pushManifest(tag, grown.toContent(), current.unchanged(), deadline);
    } catch (RegistryException e) {
      if (e.fault() != Fault.CHANGED) {
        throw e;
      }
      // Another writer was first; the caller reads what it wrote and appends again.
    }
  }

  private void pause(int push) throws IOException {
    long millis = ThreadLocalRandom.current().nextLong(1, JITTER_MILLIS * (long) push);
    try {
      Thread.sleep(Math.min(millis, deadline.remaining().toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while appending to " + tag, e);
    }
  }

  private String lost(Current current) {
    var missing =
        seen.stream()
            .filter(layer -> !current.manifest().layers().contains(layer))
            .map(layer -> layer.digest().toString())
            .distinct()
            .toList();
    return "other writers overwrote %s %d times; missing: %s; run the command again"
        .formatted(tag, MAX_PUSHES, missing);
  }

  /// What lies at the tag now.
  private record Current(SignatureManifest manifest, Precondition unchanged) {
    static final Current NONE =
        new Current(new SignatureManifest(List.of()), new Precondition.None());

    static Current of(Tagged tag, Fetched fetched) throws IOException {
      try {
        return new Current(SignatureManifest.parse(fetched.content()), fetched.unchanged());
      } catch (FormatException e) {
        throw new IOException("will not overwrite " + tag + ": " + e.problem(), e);
      }
    }
  }
}
