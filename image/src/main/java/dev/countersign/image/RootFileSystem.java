package dev.countersign.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What `image/root` left in its cache folder: Debian's files, and bubblewrap to run in them.
record RootFileSystem(Path cache) {
  /// The one of `COUNTERSIGN_IMAGE`, else below the user's cache folder.
  static RootFileSystem ofEnvironment() {
    return new RootFileSystem(
        folder("COUNTERSIGN_IMAGE")
            .orElseGet(() ->
                folder("XDG_CACHE_HOME")
                    .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                    .resolve("countersign/image")));
  }

  private static Optional<Path> folder(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(name -> !name.isEmpty())
        .map(Path::of);
  }

  boolean isThere() {
    return Files.isRegularFile(cache.resolve("versions"));
  }

  Path folder() {
    return cache.resolve("root");
  }

  /// An image of one layer, as jib names files to start from.
  String base() {
    return "tar://" + cache.resolve("base.tar").toAbsolutePath();
  }

  /// Runs a command as user 65532 in `root`, which it can only read, with this machine's network.
  ///
  /// @param mounts more options of `bwrap`
  ProcessBuilder command(Path root, List<String> mounts, List<String> command) throws IOException {
    var line = new ArrayList<>(List.of(cache.resolve("bwrap/usr/bin/bwrap").toString()));
    // First, so that `mounts` can set variables.
    line.add("--clearenv");
    line.addAll(List.of("--ro-bind", root.toString(), "/", "--proc", "/proc", "--dev", "/dev"));
    line.addAll(mounts);
    line.addAll(List.of("--unshare-user", "--uid", "65532", "--gid", "65532"));
    line.addAll(List.of("--unshare-pid", "--die-with-parent", "--"));
    line.addAll(command);
    var builder = new ProcessBuilder(line);
    builder.environment().put("LD_LIBRARY_PATH", libraries());
    return builder;
  }

  private String libraries() throws IOException {
    try (var files = Files.walk(cache.resolve("bwrap"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-linux-gnu"))
          .map(Path::toString)
          .sorted()
          .collect(Collectors.joining(":"));
    }
  }
}
