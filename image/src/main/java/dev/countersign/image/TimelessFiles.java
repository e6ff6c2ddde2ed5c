package dev.countersign.image;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// Copies of files whose every time is {@link JavaRuntime#TIME}, also that of their creation, which
/// file systems do not let one set and jib 0.28.1 writes into layers all the same: no two builds
/// would agree. So they are in a zip file, which knows no such time.
record TimelessFiles(FileSystem files) implements AutoCloseable {
  static TimelessFiles in(Path archive) throws IOException {
    var settings =
        Map.of("create", "true", "noCompression", "true", "enablePosixFileAttributes", "true");
    return new TimelessFiles(FileSystems.newFileSystem(archive, settings));
  }

  /// Copies a folder, following links, and makes it and those above it readable to everybody.
  void copy(Path folder, String place) throws IOException {
    var top = files.getPath(place);
    var above = top.getParent();
    while (above != null && above.getParent() != null) {
      Files.createDirectories(above);
      settle(above, "rwxr-xr-x");
      above = above.getParent();
    }
    try (var found = Files.walk(folder)) {
      for (var file : found.sorted().toList()) {
        var copy = top.resolve(folder.relativize(file).toString());
        if (!Files.isDirectory(copy)) {
          Files.copy(file, copy);
        }
        settle(copy, Files.isExecutable(file) ? "rwxr-xr-x" : "rw-r--r--");
      }
    }
  }

  Path get(String place) {
    return files.getPath(place);
  }

  private static void settle(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    Files.setLastModifiedTime(file, FileTime.from(JavaRuntime.TIME));
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
