package dev.countersign.cli.interop;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// The real programs that interoperability tests run: `cosign2`, `cosign3`, `oras`, `crane` and
/// `docker-registry`, as `.ci/peers` unpacks them, and `sigstore-js`, as `.ci/sigstore-js` installs
/// it; else as they are found on `PATH`.
public final class Peers {
  private static final Map<String, String> PROGRAMS =
      Map.of(
          "cosign2", "cosign",
          "cosign3", "cosign",
          "oras", "oras",
          "crane", "crane",
          "docker-registry", "docker-registry",
          "sigstore-js", "sigstore-js");

  private Peers() {}

  /// The named peer; where there is none the calling test ends as not run, and as failed under
  /// `COUNTERSIGN_REQUIRE_PEERS=1`.
  public static Peer require(String name) {
    return found(find(name), name, installer(name));
  }

  /// A program that another script lays into the peers' folder, or the calling test ends as above.
  ///
  /// @param path in that folder
  /// @param installer the script that lays it there
  public static Path program(String path, String installer) {
    return found(Optional.of(cache().resolve(path)).filter(Files::isExecutable), path, installer);
  }

  private static <T> T found(Optional<T> program, String name, String installer) {
    if (program.isPresent()) {
      return program.get();
    }
    var message = "not run: no " + name + "; " + installer + " installs it";
    if ("1".equals(System.getenv("COUNTERSIGN_REQUIRE_PEERS"))) {
      return Assertions.fail(message + " (COUNTERSIGN_REQUIRE_PEERS=1)");
    }
    return Assumptions.abort(message);
  }

  private static String installer(String name) {
    return name.equals("sigstore-js") ? ".ci/sigstore-js" : ".ci/peers";
  }

  private static Optional<Peer> find(String name) {
    var program = PROGRAMS.get(name);
    if (program == null) {
      throw new IllegalArgumentException("expected one of " + PROGRAMS.keySet() + ", got " + name);
    }
    var folder = cache().resolve(name);
    var unpacked = folder.resolve("usr/bin").resolve(program);
    return Files.isExecutable(unpacked)
        ? Optional.of(new Peer(name, unpacked, packageVersion(folder)))
        : onPath(program).flatMap(found -> ofRightVersion(name, found)).findFirst();
  }

  private static Path cache() {
    return folder("COUNTERSIGN_PEERS")
        .orElseGet(() ->
            folder("XDG_CACHE_HOME")
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("countersign/peers"));
  }

  private static Optional<Path> folder(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(name -> !name.isEmpty())
        .map(Path::of);
  }

  /// The version that `.ci/peers` noted; Debian's builds of cosign and crane do not know theirs.
  private static String packageVersion(Path folder) {
    try {
      return Files.readString(folder.resolve("version")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable);
  }

  private static Stream<Peer> ofRightVersion(String name, Path program) {
    if (!name.startsWith("cosign")) {
      return Stream.of(new Peer(name, program, "on PATH"));
    }
    var major = "v" + name.substring("cosign".length()) + ".";
    return new Peer(name, program, "unknown")
        .run("version")
        .stdout()
        .lines()
        .filter(line -> line.startsWith("GitVersion:"))
        .map(line -> line.substring("GitVersion:".length()).strip())
        .filter(version -> version.startsWith(major))
        .map(version -> new Peer(name, program, version));
  }
}
