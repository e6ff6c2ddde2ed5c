package dev.countersign.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The folder `/app`: the jar, and the archive of its classes that lets it start in half the time.
/// The archive is made inside of the root file system, for it holds the paths it was made with.
record ClassArchive(RootFileSystem root, JavaRuntime java, Path folder) {
  private static final String LIST = "/app/classes.txt";

  static ClassArchive around(RootFileSystem root, JavaRuntime java, Path jar, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    var copy = folder.resolve("countersign.jar");
    Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(copy, FileTime.from(JavaRuntime.TIME));
    return new ClassArchive(root, java, folder);
  }

  /// Makes the archive from a recorded list: the same list gives the same bytes.
  void make(Path classes) throws IOException, InterruptedException {
    var list = folder.resolve("classes.txt");
    Files.copy(classes, list, StandardCopyOption.REPLACE_EXISTING);
    run(Entrypoint.dump(LIST));
    Files.delete(list);
  }

  /// Replaces the recorded list by what is loaded today, sorted. Leaves out what names a place in a
  /// class (`@cp`) or an object (`id:`): both go stale with the next change.
  void record(Path classes) throws IOException, InterruptedException {
    var list = folder.resolve("classes.txt");
    run(Entrypoint.record(LIST));
    try (var lines = Files.lines(list)) {
      Files.write(
          classes,
          lines
              .filter(line -> !line.startsWith("#") && !line.startsWith("@cp"))
              .filter(line -> !line.contains(" source: "))
              .map(line -> line.replaceFirst(" id: [0-9]+$", ""))
              .sorted()
              .distinct()
              .toList());
    }
    Files.delete(list);
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    var mounts = new ArrayList<String>();
    mounts.addAll(List.of("--ro-bind", java.folder().toString(), Entrypoint.JAVA_FOLDER));
    mounts.addAll(List.of("--bind", folder.toString(), Entrypoint.APP_FOLDER, "--tmpfs", "/tmp"));
    var log = folder.resolveSibling("archive.log");
    var process =
        root.command(root.folder(), mounts, command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException("expected " + command + " to succeed; see " + log);
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
