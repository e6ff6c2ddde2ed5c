package dev.countersign.attachment;

import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryException;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Removes what is attached to an image; the image stays, and what others attached to it.
///
/// Manifests go before the list that names them: a registry that refuses to delete is met before
/// anything has changed.
public final class Removal {
  private static final int MAX_PUSHES = 6;

  private final ContentStore store;
  private final Digested subject;
  private final Deadline deadline;
  private final Removed removed;

  /// @param image in the repository where its signatures lie
  public Removal(ContentStore store, Digested image, Removed removed, Deadline deadline) {
    this.store = store;
    this.subject = image;
    this.removed = removed;
    this.deadline = deadline;
  }

  /// Hears what is gone, as soon as it is.
  @FunctionalInterface
  public interface Removed {
    void removed(ImageReference name);
  }

  /// Removes what lies under the tag `sha256-<hex><ending>`, as `.sig`.
  ///
  /// @throws IOException if the registry will not
  public void removeTag(String ending) throws IOException {
    var tag = subject.repository().tag(subject.digest().asTag() + ending);
    if (delete(tag)) {
      removed.removed(tag);
    }
  }

  /// Removes the bundles that hold `parts`.
  ///
  /// @throws IOException if the registry will not, or not all that refers to the image can be seen
  public void removeBundles(Set<Part> parts) throws IOException {
    var list = ReferrerList.fetch(store, subject, deadline).requireWhole("the image");
    var gone = new LinkedHashSet<Digest>();
    for (var name : wanted(list, parts)) {
      if (store.deleteManifest(name, deadline)) {
        removed.removed(name);
      }
      gone.add(name.digest());
    }
    if (!gone.isEmpty()) {
      unlist(gone);
    }
  }

  private List<Digested> wanted(ReferrerList list, Set<Part> parts) throws IOException {
    var reading = new ReferrerContent(store, subject.repository(), deadline);
    var wanted = new ArrayList<Digested>();
    for (var entry : list.manifests()) {
      var name = subject.repository().digest(entry.digest());
      var manifest = store.fetchManifest(name, deadline);
      if (manifest.isEmpty() || parts.contains(reading.part(manifest.get().content()))) {
        wanted.add(name);
      }
    }
    return wanted;
  }

  /// Takes `gone` out of the index `sha256-<hex>`, which goes with its last entry.
  private void unlist(Set<Digest> gone) throws IOException {
    var tag = ReferrerList.tag(subject);
    for (int push = 1; ; push++) {
      var fetched = store.fetchManifest(tag, deadline);
      if (fetched.isEmpty()) {
        return;
      }
      try {
        var content = fetched.get().content();
        var entries = ReferrerIndex.parse(subject.digest(), content).entries();
        if (entries.stream().noneMatch(entry -> gone.contains(entry.digest()))) {
          return;
        }
        if (entries.stream().allMatch(entry -> gone.contains(entry.digest()))) {
          delete(tag);
          return;
        }
        var rest = Manifest.Index.remove(content, gone);
        store.pushManifest(tag, rest, fetched.get().unchanged(), deadline);
        return;
      } catch (FormatException e) {
        return; // No list lies there, so it names nothing.
      } catch (RegistryException e) {
        if (e.fault() != Fault.CHANGED || push == MAX_PUSHES) {
          throw e;
        }
      }
    }
  }

  /// Some registries delete by digest only.
  private boolean delete(Tagged tag) throws IOException {
    try {
      return store.deleteManifest(tag, deadline);
    } catch (RegistryException e) {
      var digest = store.resolve(tag, deadline);
      if (digest.isEmpty()) {
        return false;
      }
      if (e.fault() != Fault.REFUSED) {
        throw e;
      }
      return store.deleteManifest(digest.get(), deadline);
    }
  }
}
