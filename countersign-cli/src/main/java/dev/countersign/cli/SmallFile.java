package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/// Reads files whose whole content is looked at.
final class SmallFile {
  private SmallFile() {}

  /// The file `name`, or standard input for `-`.
  ///
  /// @throws Failure if it is a folder, or longer than `mostBytes`
  static Bytes read(World world, String name, int mostBytes) throws Failure, IOException {
    if (name.equals("-")) {
      return read(world.stdin(), "standard input", mostBytes);
    }
    var path = world.file(name);
    if (Files.isDirectory(path)) {
      throw new Failure("expected a file, got the folder " + OneLine.of(name));
    }
    try (var in = Files.newInputStream(path)) {
      return read(in, name, mostBytes);
    }
  }

  private static Bytes read(InputStream in, String name, int mostBytes)
      throws Failure, IOException {
    var content = in.readNBytes(mostBytes + 1);
    if (content.length > mostBytes) {
      throw new Failure(
          OneLine.of(name) + ": expected at most " + (mostBytes >> 10) + " KiB, got more");
    }
    return Bytes.copyOf(content);
  }
}
