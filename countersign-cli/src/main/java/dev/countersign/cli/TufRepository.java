package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebFiles;
import dev.countersign.sigstore.SigningConfig;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.tuf.Cache;
import dev.countersign.tuf.Mirror;
import dev.countersign.tuf.TufClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// The TUF repository that this user trusts: whom to believe and which services to ask. It is asked
/// only after `initialize`, and never where files on the command line say the same.
final class TufRepository {
  /// The public-good instance.
  static final String PUBLIC_MIRROR = "https://tuf-repo-cdn.sigstore.dev";

  private static final String REMOTE = "remote.json";
  static final String TRUSTED_ROOT = "trusted_root.json";
  static final String SIGNING_CONFIG = "signing_config.v0.2.json";
  private static final int MAX_REMOTE_BYTES = 16 << 10;
  private static final int MAX_ROOT_BYTES = 512_000;

  private final World world;
  private final RegistryAccess access;
  private final Deadline deadline;

  TufRepository(World world, RegistryAccess access, Deadline deadline) {
    this.world = world;
    this.access = access;
    this.deadline = deadline;
  }

  /// The `root.json` of the public-good instance that this program came with.
  static Bytes publicRoot() throws IOException {
    try (InputStream in = TufRepository.class.getResourceAsStream("public-good-root.json")) {
      return Bytes.copyOf(Objects.requireNonNull(in).readNBytes(MAX_ROOT_BYTES));
    }
  }

  /// Whether `initialize` was called.
  boolean isInitialized() throws Failure {
    return Files.exists(folder().resolve(REMOTE));
  }

  /// Whose certificates, logs and timestamps count; empty before `initialize`.
  Optional<TrustedRoot> trustedRoot() throws Failure, IOException {
    if (!isInitialized()) {
      return Optional.empty();
    }
    try {
      return Optional.of(TrustedRoot.parse(require(TRUSTED_ROOT)));
    } catch (FormatException e) {
      throw unusable(e);
    }
  }

  /// Which services to ask; empty before `initialize`.
  Optional<SigningConfig> signingConfig() throws Failure, IOException {
    if (!isInitialized()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SigningConfig.parse(require(SIGNING_CONFIG)));
    } catch (FormatException e) {
      throw unusable(e);
    }
  }

  /// The file `name` of the repository.
  ///
  /// @throws FormatException if what the mirror gives must not be believed
  Bytes require(String name) throws Failure, FormatException, IOException {
    if (!isInitialized()) {
      throw new Failure("expected a TUF repository, got none")
          .withHint("countersign initialize names it");
    }
    var mirror = mirror();
    var cache = new TufFolder(folder().resolve(folderName(mirror)));
    return open(mirror, root(mirror, cache), cache)
        .find(name)
        .orElseThrow(() -> new Failure("expected " + name + " in " + mirror + ", got none"));
  }

  /// An update of what `cache` holds of `mirror`.
  private Update open(String mirror, Bytes root, Cache cache) {
    return name -> {
      try (var web = new WebFiles(access.services())) {
        return TufClient.open(root, mirror(mirror, web), cache, Instant.now()).find(name);
      }
    };
  }

  private interface Update {
    Optional<Bytes> find(String name) throws Failure, FormatException, IOException;
  }

  /// Replaces what is kept of `mirror`, if all that is needed comes from there and can be believed;
  /// else everything stays as it was.
  void initialize(String mirror, Bytes root) throws Failure, IOException {
    var folder = folder();
    Files.createDirectories(folder);
    var fresh = Files.createTempDirectory(folder, ".new");
    try (var tree = new Tree(fresh)) {
      var update = open(mirror, root, new TufFolder(fresh));
      TrustedRoot.parse(
          update
              .find(TRUSTED_ROOT)
              .orElseThrow(
                  () -> new Failure("expected " + TRUSTED_ROOT + " in " + mirror + ", got none")));
      if (update.find(SIGNING_CONFIG).isEmpty()) {
        world.warn(mirror + " has no " + SIGNING_CONFIG + ": signing needs --signing-config.");
      }
      tree.moveTo(folder.resolve(folderName(mirror)));
    } catch (FormatException e) {
      throw unusable(e);
    }
    var remote = JsonObject.empty().with("mirror", mirror).toBytes();
    new TufFolder(folder).write(REMOTE, remote);
  }

  /// `TUF_ROOT`, else cosign's own place.
  private Path folder() throws Failure {
    var named = world.variable("TUF_ROOT").filter(text -> !text.isEmpty());
    if (named.isPresent()) {
      return world.file(named.get());
    }
    var home =
        world
            .variable("HOME")
            .filter(text -> !text.isEmpty())
            .orElseThrow(() -> new Failure("expected HOME or TUF_ROOT, got neither"));
    return world.file(home).resolve(".sigstore").resolve("root");
  }

  /// The URL without its scheme, as sigstore's Go library names the folder.
  private static String folderName(String mirror) {
    return mirror
        .replaceFirst("^(https?|file)://", "")
        .replaceAll("[^A-Za-z0-9._-]", "-")
        .toLowerCase(Locale.ROOT);
  }

  private String mirror() throws Failure, IOException {
    var named = world.variable("TUF_MIRROR").filter(text -> !text.isEmpty());
    if (named.isPresent()) {
      return named.get();
    }
    try {
      var remote = SmallFile.read(world, folder().resolve(REMOTE).toString(), MAX_REMOTE_BYTES);
      return JsonValue.parseObject(remote).getString("mirror");
    } catch (FormatException e) {
      throw unusable(e);
    }
  }

  private Bytes root(String mirror, Cache cache) throws Failure, IOException {
    var named = world.variable("TUF_ROOT_JSON").filter(text -> !text.isEmpty());
    if (named.isPresent()) {
      return SmallFile.read(world, named.get(), MAX_ROOT_BYTES);
    }
    if (mirror.equals(PUBLIC_MIRROR)) {
      return publicRoot();
    }
    return cache
        .read("root.json")
        .orElseThrow(() ->
            new Failure("expected the root.json of " + mirror + ", got none")
                .withHint("countersign initialize --mirror URL --root FILE"));
  }

  private Mirror mirror(String base, WebFiles web) throws Failure {
    if (base.startsWith("file://")) {
      var folder = world.file(base.substring("file://".length()));
      return (path, limit) -> read(folder.resolve(path), limit);
    }
    var start = base.endsWith("/") ? base : base + '/';
    return (path, limit) -> web.find(start + path, limit, deadline);
  }

  private static Optional<Bytes> read(Path file, int limitBytes) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var content = in.readNBytes(limitBytes + 1);
      if (content.length > limitBytes) {
        throw new IOException(file + ": expected at most " + limitBytes + " bytes, got more");
      }
      return Optional.of(Bytes.copyOf(content));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Failure unusable(FormatException problem) {
    return new Failure("cannot use the TUF repository: " + OneLine.of(problem.problem()));
  }

  /// A folder that is put in its place as a whole, or removed.
  private record Tree(Path fresh) implements AutoCloseable {
    void moveTo(Path target) throws IOException {
      var old = target.resolveSibling(target.getFileName() + ".old");
      remove(old);
      if (Files.exists(target)) {
        Files.move(target, old);
      }
      Files.move(fresh, target);
      remove(old);
    }

    private static void remove(Path folder) throws IOException {
      if (Files.exists(folder)) {
        try (var contents = Files.walk(folder)) {
          for (var path : contents.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      remove(fresh);
    }
  }
}
