package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.MediaType;
import dev.countersign.oci.Referrer;
import dev.countersign.oci.Repository;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// OCI content in a folder ([image
/// layout](https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md)), whoever
/// wrote it.
///
/// A layout is one repository: the names of repositories are not looked at. What refers to an image
/// is found among all its blobs, since cosign does not list it. Manifests that are pushed stand in
/// `index.json` after [#publish] and not before, so that an interrupted writer leaves what was
/// there. Safe for use by many threads of one process; two that write one folder at a time may lose
/// entries.
public final class ImageLayout implements ContentStore {
  /// The annotation that is a tag.
  public static final String TAG = "org.opencontainers.image.ref.name";

  /// What stands for the repository where one must be named.
  public static final Repository REPOSITORY = new Repository("layout", "image");

  private static final String INDEX = "index.json";
  private static final String MARK = "oci-layout";
  private static final int MAX_MARK_BYTES = 1_024;

  private final LayoutFiles files;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Descriptor> entries;
  private Optional<Map<Digest, List<Descriptor>>> referrers = Optional.empty();

  private ImageLayout(Path folder, List<Descriptor> entries) {
    this.files = new LayoutFiles(folder);
    this.entries = new ArrayList<>(entries);
  }

  /// The layout in `folder`.
  ///
  /// @throws IOException if there is none that can be read
  public static ImageLayout open(Path folder) throws IOException {
    var files = new LayoutFiles(folder);
    var mark = files.read(MARK, MAX_MARK_BYTES);
    var index = new Content(MediaType.OCI_INDEX, files.read(INDEX, MAX_MANIFEST_BYTES));
    try {
      var version = JsonValue.parseObject(mark).getString("imageLayoutVersion");
      if (!version.startsWith("1.")) {
        throw new FormatException("expected an image layout of version 1, got " + version);
      }
      return switch (Manifest.parse(index)) {
        case Manifest.Index list -> new ImageLayout(folder, list.manifests());
        case Manifest.Image image ->
            throw new FormatException("expected an index in index.json, got an image");
      };
    } catch (FormatException e) {
      throw new IOException(folder + ": " + e.problem(), e);
    }
  }

  /// A layout without entries, to be written to `folder`; blobs that lie there stay.
  public static ImageLayout create(Path folder) {
    return new ImageLayout(folder, List.of());
  }

  /// Those of `index.json`, and what was pushed.
  public List<Descriptor> entries() {
    lock.lock();
    try {
      return List.copyOf(entries);
    } finally {
      lock.unlock();
    }
  }

  /// The same blobs with other entries, not yet published.
  public ImageLayout withEntries(List<Descriptor> newEntries) {
    return new ImageLayout(files.folder(), newEntries);
  }

  /// Writes `index.json`.
  public void publish() throws IOException {
    files.write(MARK, Bytes.utf8("{\"imageLayoutVersion\":\"1.0.0\"}"));
    files.write(INDEX, new Manifest.Index(entries()).toContent().bytes());
  }

  @Override
  public Optional<Digested> resolve(ImageReference image, Deadline deadline) {
    return switch (image) {
      case Digested digested -> Optional.of(digested);
      case Tagged tagged -> entry(tagged).map(entry -> tagged.repository().digest(entry.digest()));
    };
  }

  @Override
  public Optional<Fetched> fetchManifest(ImageReference image, Deadline deadline)
      throws IOException {
    var digest = resolve(image, deadline);
    if (digest.isEmpty()) {
      return Optional.empty();
    }
    var content = manifest(digest.get().digest());
    return content.map(
        found -> new Fetched(found, new Precondition.IfMatch(found.digest().toString())));
  }

  @Override
  public Optional<Referrers> fetchReferrers(Digested image, Deadline deadline) throws IOException {
    lock.lock();
    try {
      if (referrers.isEmpty()) {
        referrers = Optional.of(findReferrers(deadline));
      }
      var found = referrers.get().getOrDefault(image.digest(), List.of());
      return Optional.of(
          found.size() > Referrers.MAX
              ? new Referrers(found.subList(0, Referrers.MAX), Optional.of(limit()))
              : new Referrers(found, Optional.empty()));
    } finally {
      lock.unlock();
    }
  }

  /// All referrers by what they refer to, in the order of their digests.
  private Map<Digest, List<Descriptor>> findReferrers(Deadline deadline) throws IOException {
    var found = new HashMap<Digest, List<Descriptor>>();
    for (var digest : files.objects(MAX_MANIFEST_BYTES)) {
      if (deadline.isOver()) {
        throw new RegistryException(Fault.LATE, files.folder() + ": deadline reached");
      }
      referrer(digest)
          .ifPresent(one ->
              found
                  .computeIfAbsent(one.subject(), subject -> new ArrayList<>())
                  .add(one.descriptor()));
    }
    return found;
  }

  @Override
  public Optional<Bytes> fetchBlob(
      Repository repository, Descriptor blob, int limitBytes, Deadline deadline)
      throws IOException {
    if (blob.size() > limitBytes) {
      throw new RegistryException(
          Fault.LIMIT,
          "blob %s: expected at most %d bytes, got %d"
              .formatted(blob.digest(), limitBytes, blob.size()));
    }
    var content = files.find(blob.digest(), (int) blob.size());
    if (content.isPresent() && !Digest.of(content.get()).equals(blob.digest())) {
      throw otherContent(blob.digest());
    }
    return content;
  }

  @Override
  public boolean hasBlob(Repository repository, Digest blob, Deadline deadline) {
    return files.isThere(blob);
  }

  @Override
  public boolean readBlob(
      Repository repository, Descriptor blob, BlobReader reader, Deadline deadline)
      throws IOException {
    return files.stream(blob, reader);
  }

  @Override
  public void pushBlob(Repository repository, Bytes blob, Deadline deadline) throws IOException {
    files.write(Digest.of(blob), blob.asStream());
  }

  @Override
  public void pushBlob(
      Repository repository, Descriptor blob, InputStream content, Deadline deadline)
      throws IOException {
    files.write(blob.digest(), new BlobStream(content, blob, e -> e));
  }

  @Override
  public boolean mountBlob(Repository repository, Digest blob, Repository from, Deadline deadline) {
    return files.isThere(blob);
  }

  @Override
  public void pushManifest(
      ImageReference target, Content manifest, Precondition condition, Deadline deadline)
      throws IOException {
    if (target instanceof Digested(Repository r, Digest digest)
        && !digest.equals(manifest.digest())) {
      throw new RegistryException(
          Fault.REFUSED, "expected the manifest " + digest + ", got " + manifest.digest());
    }
    var described = describe(manifest);
    lock.lock();
    try {
      demand(condition, target);
      files.write(manifest.digest(), manifest.bytes().asStream());
      referrers = Optional.empty();
      switch (target) {
        case Tagged tagged -> list(tagged, described);
        case Digested digested -> listIfReferrer(manifest, described);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean deleteManifest(ImageReference target, Deadline deadline) throws IOException {
    lock.lock();
    try {
      referrers = Optional.empty();
      return switch (target) {
        case Tagged tagged -> entries.removeIf(entry -> isOf(entry, tagged));
        case Digested digested -> {
          var isThere = files.isThere(digested.digest());
          entries.removeIf(entry -> entry.digest().equals(digested.digest()));
          files.delete(digested.digest());
          yield isThere;
        }
      };
    } finally {
      lock.unlock();
    }
  }

  private Optional<Descriptor> entry(Tagged tag) {
    return entries().stream().filter(entry -> isOf(entry, tag)).findFirst();
  }

  private static boolean isOf(Descriptor entry, Tagged tag) {
    return tag.tag().equals(entry.annotations().get(TAG));
  }

  /// The manifest with the media type that it, or `index.json`, says.
  private Optional<Content> manifest(Digest digest) throws IOException {
    var bytes = files.find(digest, MAX_MANIFEST_BYTES);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    if (!Digest.of(bytes.get()).equals(digest)) {
      throw otherContent(digest);
    }
    var content = new Content("", bytes.get());
    try {
      return Optional.of(new Content(Manifest.mediaType(content), bytes.get()));
    } catch (FormatException e) {
      return Optional.of(content);
    }
  }

  private Optional<Referrer> referrer(Digest digest) throws IOException {
    var content = files.find(digest, MAX_MANIFEST_BYTES);
    if (content.isEmpty() || !Digest.of(content.get()).equals(digest)) {
      return Optional.empty();
    }
    try {
      return Referrer.parse(new Content("", content.get()));
    } catch (FormatException e) {
      return Optional.empty(); // A configuration, a bundle, anything else in JSON.
    }
  }

  private static Descriptor describe(Content manifest) throws IOException {
    try {
      return Referrer.describe(manifest);
    } catch (FormatException e) {
      throw new IOException("cannot store " + manifest.digest() + ": " + e.problem(), e);
    }
  }

  private void demand(Precondition condition, ImageReference target) throws IOException {
    if (condition instanceof Precondition.IfMatch(String etag)
        && target instanceof Tagged tagged
        && !entry(tagged).map(entry -> entry.digest().toString()).equals(Optional.of(etag))) {
      throw new RegistryException(Fault.CHANGED, tagged + " is no longer what it was");
    }
  }

  private void list(Tagged tag, Descriptor manifest) {
    entries.removeIf(entry -> isOf(entry, tag));
    var annotations = new LinkedHashMap<>(Map.of(TAG, tag.tag()));
    entries.add(
        new Descriptor(manifest.mediaType(), manifest.size(), manifest.digest(), annotations));
  }

  /// So that other tools, which do not look through all blobs, find it.
  private void listIfReferrer(Content manifest, Descriptor described) throws IOException {
    if (referrer(manifest.digest()).isPresent()
        && entries.stream().noneMatch(entry -> entry.digest().equals(described.digest()))) {
      entries.add(described);
    }
  }

  private RegistryException otherContent(Digest digest) {
    return new RegistryException(
        Fault.MISMATCH, files.folder() + ": the file of " + digest + " holds something else");
  }

  private RegistryException limit() {
    return new RegistryException(
        Fault.LIMIT,
        files.folder() + ": more than " + Referrers.MAX + " manifests refer to the image");
  }
}
