package dev.countersign.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where the measured programs lie.
///
/// @param countersign the launcher of this checkout
/// @param peers the folder that `.ci/peers` fills
record Programs(Path countersign, Path peers) {
  static Programs here() {
    var named = System.getenv("COUNTERSIGN_PEERS");
    var cache =
        Path.of(
            System.getenv()
                .getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache"));
    return new Programs(
        Path.of("../bin/countersign").toAbsolutePath().normalize(),
        named == null ? cache.resolve("countersign/peers") : Path.of(named));
  }

  Optional<Path> cosign() {
    return Optional.of(peers.resolve("cosign3/usr/bin/cosign")).filter(Files::isExecutable);
  }

  /// Asks as Gatekeeper does; `bench/go-provider/build` makes it.
  Optional<Path> rush() {
    return Optional.of(peers.resolve("go-provider/rush")).filter(Files::isExecutable);
  }

  /// What `bench/go-provider/build` makes.
  Optional<Path> goProvider() {
    return Optional.of(peers.resolve("go-provider/provider")).filter(Files::isExecutable);
  }
}
