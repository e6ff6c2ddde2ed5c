package dev.countersign.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/// What is released beside the image: an archive that runs without a JDK, and what is attested of
/// both.
///
/// @param target the folder in which [ImageBuild] left the runtime and the jar
/// @param top the folder of the checkout
record Release(Path target, Path top) {
  static final String NAME = "countersign";

  /// Arguments: the target folder of the image, the checkout, the source's address, who builds.
  public static void main(String[] arguments) throws Exception {
    var target = Path.of(arguments[0]).toAbsolutePath();
    var top = Path.of(arguments[1]).toAbsolutePath();
    System.out.println(new Release(target, top).archive());
    var provenance = Provenance.of(RootFileSystem.ofEnvironment(), top, arguments[2], arguments[3]);
    Files.writeString(target.resolve("provenance.json"), provenance.predicate());
  }

  /// Writes `countersign-linux-<architecture>.tar.gz`, the same bytes for the same files.
  Path archive() throws IOException, InterruptedException {
    var folder = target.resolve("release");
    var home = folder.resolve(NAME);
    for (var place : List.of("bin", "lib")) {
      Files.createDirectories(home.resolve(place));
    }
    copy(top.resolve("image/launcher"), home.resolve("bin/countersign"));
    copy(target.resolve("app/countersign.jar"), home.resolve("lib/countersign.jar"));
    for (var file : List.of("LICENSE", "NOTICE")) {
      copy(top.resolve(file), home.resolve(file));
    }
    if (Files.notExists(home.resolve("runtime"))) {
      run(List.of("cp", "-a", target.resolve("java").toString(), home + "/runtime"));
    }
    var tar = target.resolve("release.tar");
    run(
        List.of(
            "tar",
            "--sort=name",
            "--format=gnu",
            "--mtime=@1",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--mode=u=rwX,go=rX",
            "-C",
            folder.toString(),
            "-cf",
            tar.toString(),
            NAME));
    return compress(tar);
  }

  private Path compress(Path tar) throws IOException {
    var architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    var archive = target.resolve(NAME + "-linux-" + architecture + ".tar.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(archive))) {
      Files.copy(tar, out);
    }
    Files.delete(tar);
    return archive;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO().start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException("expected " + command + " to succeed");
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
