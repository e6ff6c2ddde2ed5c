package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/// The files of one command: all of them are whole on disk before the first gets its place.
final class OutputFiles {
  private final World world;
  private final Map<Path, Bytes> contents = new LinkedHashMap<>();
  private final ArrayList<String> notices = new ArrayList<>();

  OutputFiles(World world) {
    this.world = world;
  }

  /// @param word what the file is, for the notice that it was written
  /// @throws Failure if `name` is a folder, or is given twice
  void add(String word, String name, Bytes content) throws Failure {
    var path = world.file(name);
    if (Files.isDirectory(path)) {
      throw new Failure("expected a file to write, got the folder " + OneLine.of(name));
    }
    if (contents.put(path, content) != null) {
      throw new Failure("expected a file for each output, got " + OneLine.of(name) + " twice");
    }
    notices.add("Wrote " + word + " to file " + OneLine.of(name));
  }

  /// Writes them, readable by their owner only, as cosign does.
  void write() throws IOException {
    var prepared = new ArrayList<WholeFile>();
    try {
      for (var one : contents.entrySet()) {
        prepared.add(WholeFile.prepare(one.getKey(), one.getValue(), WholeFile.Readers.OWNER));
      }
      for (var file : prepared) {
        file.put();
      }
    } finally {
      for (var file : prepared) {
        file.close();
      }
    }
    notices.forEach(world.stderr()::println);
  }
}
