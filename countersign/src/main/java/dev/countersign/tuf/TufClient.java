package dev.countersign.tuf;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.json.JsonObject;
import dev.countersign.tuf.Metadata.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// A repository's files, by the [client
/// workflow](https://theupdateframework.github.io/specification/latest/#detailed-client-workflow):
/// one call of [#open] is one update. Each step either gives metadata that is signed, not older
/// than what was seen before and not expired, or ends the update.
public final class TufClient {
  private static final int MAX_ROOTS = 256;
  private static final int MAX_TARGET_BYTES = 16 << 20;

  private final Mirror mirror;
  private final Cache cache;
  private final Instant now;

  private TufClient(Mirror mirror, Cache cache, Instant now) {
    this.mirror = mirror;
    this.cache = cache;
    this.now = now;
  }

  /// A repository whose metadata is up to date.
  public static final class Repository {
    private final TufClient client;
    private final Targets targets;

    private Repository(TufClient client, Targets targets) {
      this.client = client;
      this.targets = targets;
    }

    /// The file `name`, from the cache where it is there; empty if the repository has none.
    ///
    /// @throws FormatException if the mirror gives another file
    /// @throws IOException if mirror or cache cannot be reached
    public Optional<Bytes> find(String name) throws FormatException, IOException {
      var info = targets.find(name);
      return info.isEmpty() ? Optional.empty() : Optional.of(client.target(name, info.get()));
    }
  }

  /// Brings the metadata up to date.
  ///
  /// @param root the `root.json` that is believed at first; the cache's is, if it is newer
  /// @throws FormatException if the mirror gives anything that must not be believed
  /// @throws IOException if mirror or cache cannot be reached
  public static Repository open(Bytes root, Mirror mirror, Cache cache, Instant now)
      throws FormatException, IOException {
    var client = new TufClient(mirror, cache, now);
    var latest = client.updateRoot(Root.parse(root));
    var timestamp = client.updateTimestamp(latest);
    var snapshot = client.updateSnapshot(latest, timestamp);
    return new Repository(client, Targets.of(client.updateTargets(latest, snapshot)));
  }

  /// §5.3: each next root is signed by the one before; the last must not have expired. A root that
  /// changes who signs timestamps or snapshots makes those that were seen before worthless, so that
  /// stolen keys cannot keep the repository from going on (§5.3.11).
  private Root updateRoot(Root trusted) throws FormatException, IOException {
    var start = cachedRoot(trusted);
    var root = start;
    for (int i = 0; ; i++) {
      var next = mirror.fetch((root.version() + 1) + "." + Kind.ROOT.file(), Kind.ROOT.maxBytes());
      if (next.isEmpty()) {
        break;
      }
      if (i == MAX_ROOTS) {
        throw new FormatException("expected at most " + MAX_ROOTS + " new roots, got more");
      }
      root = root.next(next.get());
    }
    root.metadata().requireFresh(now);
    if (!root.role(Kind.TIMESTAMP).equals(start.role(Kind.TIMESTAMP))
        || !root.role(Kind.SNAPSHOT).equals(start.role(Kind.SNAPSHOT))) {
      cache.remove(Kind.TIMESTAMP.file());
      cache.remove(Kind.SNAPSHOT.file());
    }
    cache.write(Kind.ROOT.file(), root.bytes());
    return root;
  }

  /// The cache may hold a later root; who can write there can choose it, as with all programs that
  /// share this folder.
  private Root cachedRoot(Root trusted) throws IOException {
    var cached = cache.read(Kind.ROOT.file());
    if (cached.isEmpty()) {
      return trusted;
    }
    try {
      var root = Root.parse(cached.get());
      return root.version() > trusted.version() ? root : trusted;
    } catch (FormatException e) {
      return trusted; // What is broken is fetched anew.
    }
  }

  /// §5.4: not older than the one before, nor of an older snapshot.
  private Metadata updateTimestamp(Root root) throws FormatException, IOException {
    var timestamp = fetch(Kind.TIMESTAMP.file(), Kind.TIMESTAMP, Kind.TIMESTAMP.maxBytes());
    root.role(Kind.TIMESTAMP).requireSigned(timestamp.metadata());
    var before = cached(root, Kind.TIMESTAMP);
    if (before.isPresent()) {
      requireNotOlder(timestamp.metadata(), before.get().version());
      requireNotOlder(
          Kind.SNAPSHOT,
          version(timestamp.metadata(), Kind.SNAPSHOT),
          version(before.get(), Kind.SNAPSHOT));
    }
    timestamp.metadata().requireFresh(now);
    cache.write(Kind.TIMESTAMP.file(), timestamp.bytes());
    return timestamp.metadata();
  }

  /// §5.5: the one that the timestamp names, of no file less and none older than before.
  private Metadata updateSnapshot(Root root, Metadata timestamp)
      throws FormatException, IOException {
    var snapshot = update(root, timestamp, Kind.SNAPSHOT);
    var before = cached(root, Kind.SNAPSHOT);
    if (before.isPresent()) {
      requireNoneLost(snapshot.metadata(), before.get());
    }
    snapshot.metadata().requireFresh(now);
    cache.write(Kind.SNAPSHOT.file(), snapshot.bytes());
    return snapshot.metadata();
  }

  /// §5.6: those that the snapshot names.
  private Metadata updateTargets(Root root, Metadata snapshot) throws FormatException, IOException {
    var targets = update(root, snapshot, Kind.TARGETS);
    targets.metadata().requireFresh(now);
    cache.write(Kind.TARGETS.file(), targets.bytes());
    return targets.metadata();
  }

  /// Metadata of `kind` as `parent` names it, from the cache if it is there.
  private Fetched update(Root root, Metadata parent, Kind kind)
      throws FormatException, IOException {
    var info = info(parent, kind);
    var version = version(parent, kind);
    var kept = cache.read(kind.file());
    if (kept.isPresent() && isNamed(kept.get(), kind, info, version)) {
      var metadata = Metadata.parse(kind, kept.get());
      root.role(kind).requireSigned(metadata);
      return new Fetched(metadata, kept.get());
    }
    var fetched = fetch(version + "." + kind.file(), kind, info.limit(kind.maxBytes()));
    info.requireSame(kind.file(), fetched.bytes());
    root.role(kind).requireSigned(fetched.metadata());
    fetched.metadata().requireVersion(version);
    return fetched;
  }

  private static boolean isNamed(Bytes kept, Kind kind, FileInfo info, long version) {
    try {
      info.requireSame(kind.file(), kept);
      return Metadata.parse(kind, kept).version() == version;
    } catch (FormatException e) {
      return false; // It is fetched anew.
    }
  }

  private record Fetched(Metadata metadata, Bytes bytes) {}

  private Fetched fetch(String path, Kind kind, int limitBytes)
      throws FormatException, IOException {
    var bytes =
        mirror
            .fetch(path, limitBytes)
            .orElseThrow(() -> new FormatException("expected " + path + ", got none"));
    return new Fetched(Metadata.parse(kind, bytes), bytes);
  }

  /// What the cache holds of `kind`, if the root's keys signed it: only then it says what was seen.
  private Optional<Metadata> cached(Root root, Kind kind) throws IOException {
    var bytes = cache.read(kind.file());
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      var metadata = Metadata.parse(kind, bytes.get());
      root.role(kind).requireSigned(metadata);
      return Optional.of(metadata);
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private static void requireNoneLost(Metadata snapshot, Metadata before) throws FormatException {
    var files = snapshot.signed().getObject("meta");
    for (var file : before.signed().getObject("meta").members().entrySet()) {
      var old = file.getValue().asObject("a file").getLong("version");
      var current = files.find(file.getKey());
      if (current.isEmpty()) {
        throw new FormatException(
            "expected a snapshot with all files of the one before, got one without "
                + file.getKey());
      }
      if (current.get().asObject("a file").getLong("version") < old) {
        throw new FormatException(
            "expected a snapshot whose files are not older than before, got an older "
                + file.getKey());
      }
    }
  }

  private static void requireNotOlder(Metadata metadata, long before) throws FormatException {
    requireNotOlder(metadata.kind(), metadata.version(), before);
  }

  private static void requireNotOlder(Kind kind, long version, long before) throws FormatException {
    if (version < before) {
      throw new FormatException(
          "expected version %d of %s or a later one, got %d"
              .formatted(before, kind.file(), version));
    }
  }

  private static JsonObject named(Metadata parent, Kind kind) throws FormatException {
    return parent.signed().getObject("meta").getObject(kind.file());
  }

  private static FileInfo info(Metadata parent, Kind kind) throws FormatException {
    return FileInfo.parse(named(parent, kind));
  }

  private static long version(Metadata parent, Kind kind) throws FormatException {
    return named(parent, kind).getLong("version");
  }

  /// §5.7.
  private Bytes target(String name, FileInfo info) throws FormatException, IOException {
    var place = "targets/" + name;
    var kept = cache.read(place);
    if (kept.isPresent() && isSame(info, name, kept.get())) {
      return kept.get();
    }
    var path = "targets/" + info.hashes().get(HashAlgorithm.SHA256) + '.' + name;
    var content =
        mirror
            .fetch(path, info.limit(MAX_TARGET_BYTES))
            .orElseThrow(() -> new FormatException("expected the file " + name + ", got none"));
    info.requireSame(name, content);
    cache.write(place, content);
    return content;
  }

  private static boolean isSame(FileInfo info, String name, Bytes content) {
    try {
      info.requireSame(name, content);
      return true;
    } catch (FormatException e) {
      return false;
    }
  }
}
