package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.oci.Repository;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Content in memory; the warm-up's registry.
final class MemoryStore implements ContentStore {
  private final Map<ImageReference, Content> manifests = new ConcurrentHashMap<>();
  private final Map<Digest, Bytes> blobs = new ConcurrentHashMap<>();

  @Override
  public Optional<Digested> resolve(ImageReference image, Deadline deadline) {
    return switch (image) {
      case Digested digested -> Optional.of(digested);
      case Tagged tagged ->
          Optional.ofNullable(manifests.get(tagged))
              .map(content -> tagged.repository().digest(content.digest()));
    };
  }

  @Override
  public Optional<Fetched> fetchManifest(ImageReference image, Deadline deadline) {
    return Optional.ofNullable(manifests.get(image))
        .map(content -> new Fetched(content, new Precondition.None()));
  }

  @Override
  public Optional<Referrers> fetchReferrers(Digested image, Deadline deadline) {
    return Optional.empty();
  }

  @Override
  public Optional<Bytes> fetchBlob(
      Repository repository, Descriptor blob, int limitBytes, Deadline deadline) {
    return Optional.ofNullable(blobs.get(blob.digest()));
  }

  @Override
  public boolean hasBlob(Repository repository, Digest blob, Deadline deadline) {
    return blobs.containsKey(blob);
  }

  @Override
  public void pushBlob(Repository repository, Bytes blob, Deadline deadline) {
    blobs.put(Digest.of(blob), blob);
  }

  @Override
  public boolean readBlob(
      Repository repository, Descriptor blob, BlobReader reader, Deadline deadline)
      throws IOException {
    var content = blobs.get(blob.digest());
    if (content != null) {
      reader.read(content.asStream());
    }
    return content != null;
  }

  @Override
  public void pushBlob(
      Repository repository, Descriptor blob, InputStream content, Deadline deadline)
      throws IOException {
    pushBlob(repository, Bytes.copyOf(content.readAllBytes()), deadline);
  }

  @Override
  public boolean mountBlob(Repository repository, Digest blob, Repository from, Deadline deadline) {
    return blobs.containsKey(blob);
  }

  @Override
  public boolean deleteManifest(ImageReference target, Deadline deadline) {
    return manifests.remove(target) != null;
  }

  @Override
  public void pushManifest(
      ImageReference target, Content manifest, Precondition condition, Deadline deadline) {
    manifests.put(target, manifest);
    manifests.put(target.repository().digest(manifest.digest()), manifest);
  }
}
