package dev.countersign.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// The image that this build made, unpacked: its layout, and its layers one over the other.
record BuiltImage(RootFileSystem tools, Path layout, Path root, String digest) {
  private static final Pattern DIGEST = Pattern.compile("\"digest\":\"sha256:([0-9a-f]{64})\"");

  static final Path JAR = Path.of(System.getProperty("image.jar", "none"));
  static final Path TARGET = Path.of(System.getProperty("image.target", "none"));

  /// Where there is no image the calling test ends as not run, and as failed under
  /// `COUNTERSIGN_REQUIRE_PEERS=1`.
  static BuiltImage unpack(Path folder) throws IOException, InterruptedException {
    var tools = RootFileSystem.ofEnvironment();
    var archive = TARGET.resolve("countersign.tar");
    if (!tools.isThere() || !Files.isRegularFile(archive)) {
      var message = "not run: no image; image/build makes it";
      if ("1".equals(System.getenv("COUNTERSIGN_REQUIRE_PEERS"))) {
        Assertions.fail(message + " (COUNTERSIGN_REQUIRE_PEERS=1)");
      }
      Assumptions.abort(message);
    }
    var layout = Files.createDirectory(folder.resolve("layout"));
    var root = Files.createDirectory(folder.resolve("root"));
    untar(archive, layout);
    var digest = DIGEST.matcher(Files.readString(layout.resolve("index.json")));
    Assertions.assertTrue(digest.find());
    var image = new BuiltImage(tools, layout, root, digest.group(1));
    for (var layer : image.layers()) {
      untar(layer, root);
    }
    return image;
  }

  private static void untar(Path archive, Path folder) throws IOException, InterruptedException {
    var tar =
        new ProcessBuilder(
                "tar",
                "--warning=no-unknown-keyword",
                "-xf",
                archive.toString(),
                "-C",
                folder.toString())
            .inheritIO()
            .start();
    Assertions.assertTrue(tar.waitFor(1, TimeUnit.MINUTES));
    Assertions.assertEquals(0, tar.exitValue());
  }

  private Path blob(String hex) {
    return layout.resolve("blobs/sha256").resolve(hex);
  }

  /// The config, then the layers from below.
  private List<Path> parts() throws IOException {
    return DIGEST
        .matcher(Files.readString(blob(digest)))
        .results()
        .map(found -> blob(found.group(1)))
        .toList();
  }

  String config() throws IOException {
    return Files.readString(parts().getFirst());
  }

  List<Path> layers() throws IOException {
    var parts = parts();
    return parts.subList(1, parts.size());
  }

  /// Makes a place to mount things at, as a container runtime does.
  void mountPoint(String place) throws IOException {
    Files.createDirectories(root.resolve(place.substring(1)));
  }

  /// Starts what the config says, with options of the JVM and arguments of the command.
  ProcessBuilder command(List<String> mounts, List<String> options, String... arguments)
      throws IOException {
    return tools.command(root, mounts, Entrypoint.words(options, arguments));
  }

  /// What a command that ends wrote to stdout, having ended well.
  String run(List<String> mounts, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    var process =
        command(mounts, options, arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      process.getOutputStream().close();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      Assertions.assertTrue(process.waitFor(1, TimeUnit.MINUTES));
      Assertions.assertEquals(0, process.exitValue(), said);
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
