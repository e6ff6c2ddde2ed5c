package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.format.OneLine;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Another store, and what was read from it, in the order in which it ended: the first
/// [RegistryCall#MAX]. Safe for use by many threads.
final class RecordedStore implements ContentStore {
  private final ContentStore store;
  private final List<RegistryCall> calls = new ArrayList<>();

  RecordedStore(ContentStore store) {
    this.store = store;
  }

  /// What was asked so far.
  synchronized List<RegistryCall> calls() {
    return List.copyOf(calls);
  }

  private interface Question<T> {
    Optional<T> ask() throws IOException;
  }

  private <T> Optional<T> record(String what, Question<T> question) throws IOException {
    long start = System.nanoTime();
    try {
      var answer = question.ask();
      add(what, answer.isPresent() ? "found" : "absent", start);
      return answer;
    } catch (IOException e) {
      add(what, OneLine.of(String.valueOf(e.getMessage())), start);
      throw e;
    }
  }

  private synchronized void add(String what, String result, long start) {
    if (calls.size() < RegistryCall.MAX) {
      long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      calls.add(new RegistryCall(what, result, millis));
    }
  }

  @Override
  public Optional<Digested> resolve(ImageReference image, Deadline deadline) throws IOException {
    return record("digest of " + image, () -> store.resolve(image, deadline));
  }

  @Override
  public Optional<Fetched> fetchManifest(ImageReference image, Deadline deadline)
      throws IOException {
    return record("manifest " + image, () -> store.fetchManifest(image, deadline));
  }

  @Override
  public Optional<Referrers> fetchReferrers(Digested image, Deadline deadline) throws IOException {
    return record("referrers of " + image, () -> store.fetchReferrers(image, deadline));
  }

  @Override
  public Optional<Bytes> fetchBlob(
      Repository repository, Descriptor blob, int limitBytes, Deadline deadline)
      throws IOException {
    return record(
        "blob " + repository.digest(blob.digest()),
        () -> store.fetchBlob(repository, blob, limitBytes, deadline));
  }

  @Override
  public boolean hasBlob(Repository repository, Digest blob, Deadline deadline) throws IOException {
    return store.hasBlob(repository, blob, deadline);
  }

  @Override
  public void pushBlob(Repository repository, Bytes blob, Deadline deadline) throws IOException {
    store.pushBlob(repository, blob, deadline);
  }

  @Override
  public boolean readBlob(
      Repository repository, Descriptor blob, BlobReader reader, Deadline deadline)
      throws IOException {
    return store.readBlob(repository, blob, reader, deadline);
  }

  @Override
  public void pushBlob(
      Repository repository, Descriptor blob, InputStream content, Deadline deadline)
      throws IOException {
    store.pushBlob(repository, blob, content, deadline);
  }

  @Override
  public boolean mountBlob(Repository repository, Digest blob, Repository from, Deadline deadline)
      throws IOException {
    return store.mountBlob(repository, blob, from, deadline);
  }

  @Override
  public void pushManifest(
      ImageReference target, Content manifest, Precondition condition, Deadline deadline)
      throws IOException {
    store.pushManifest(target, manifest, condition, deadline);
  }

  @Override
  public boolean deleteManifest(ImageReference target, Deadline deadline) throws IOException {
    return store.deleteManifest(target, deadline);
  }
}
