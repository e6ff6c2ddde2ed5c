package dev.countersign.testkit;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Everything a registry keeps, in memory and within a budget. Safe for many threads.
final class Store {
  private final Budget budget;
  private final Map<String, Contents> repositories = new HashMap<>();

  private static final class Contents {
    final Map<String, byte[]> blobs = new HashMap<>();
    final Map<String, StoredManifest> manifests = new LinkedHashMap<>();
    final NavigableMap<String, String> tags = new TreeMap<>();
  }

  /// A condition on the manifest that a reference names before a write.
  @FunctionalInterface
  interface Precondition {
    void demand(Optional<StoredManifest> current) throws Refusal;
  }

  Store(Budget budget) {
    this.budget = budget;
  }

  synchronized boolean hasRepository(String repository) {
    return repositories.containsKey(repository);
  }

  synchronized void putBlob(String repository, String digest, byte[] content) throws Refusal {
    if (!contents(repository).blobs.containsKey(digest)) {
      budget.take(content.length);
      contents(repository).blobs.put(digest, content);
    }
  }

  synchronized Optional<byte[]> blob(String repository, String digest) {
    return find(repository).flatMap(contents -> Optional.ofNullable(contents.blobs.get(digest)));
  }

  synchronized boolean deleteBlob(String repository, String digest) {
    var removed =
        find(repository).flatMap(contents -> Optional.ofNullable(contents.blobs.remove(digest)));
    removed.ifPresent(content -> budget.give(content.length));
    return removed.isPresent();
  }

  /// Keeps a manifest and, when `reference` is a tag, moves the tag to it, in one step.
  synchronized void putManifest(
      String repository, String reference, StoredManifest manifest, Precondition condition)
      throws Refusal {
    condition.demand(manifest(repository, reference));
    var contents = contents(repository);
    if (!contents.manifests.containsKey(manifest.digest())) {
      budget.take(manifest.content().length);
      contents.manifests.put(manifest.digest(), manifest);
    }
    if (!ContentDigest.isValid(reference)) {
      contents.tags.put(reference, manifest.digest());
    }
  }

  synchronized Optional<StoredManifest> manifest(String repository, String reference) {
    return find(repository)
        .flatMap(contents ->
            Optional.ofNullable(
                contents.manifests.get(contents.tags.getOrDefault(reference, reference))));
  }

  synchronized boolean deleteManifest(String repository, String digest) {
    var contents = find(repository);
    var removed = contents.flatMap(c -> Optional.ofNullable(c.manifests.remove(digest)));
    removed.ifPresent(manifest -> budget.give(manifest.content().length));
    contents.ifPresent(c -> c.tags.values().removeIf(digest::equals));
    return removed.isPresent();
  }

  synchronized boolean deleteTag(String repository, String tag) {
    return find(repository).filter(contents -> contents.tags.remove(tag) != null).isPresent();
  }

  /// The tags of a repository in lexical order.
  synchronized List<String> tags(String repository) {
    return find(repository).map(c -> List.copyOf(c.tags.keySet())).orElse(List.of());
  }

  /// The manifests whose subject is `digest`, in the order they were pushed.
  synchronized List<StoredManifest> referrers(String repository, String digest) {
    return find(repository).map(c -> c.manifests.values()).stream()
        .flatMap(Collection::stream)
        .filter(manifest -> manifest.fields().subject().filter(digest::equals).isPresent())
        .toList();
  }

  private Optional<Contents> find(String repository) {
    return Optional.ofNullable(repositories.get(repository));
  }

  private Contents contents(String repository) {
    return repositories.computeIfAbsent(repository, _ -> new Contents());
  }
}
