package dev.countersign.cli;

import dev.countersign.cli.kubernetes.Manifest;
import dev.countersign.cli.kubernetes.ManifestYaml;
import dev.countersign.format.FormatException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Reads the manifests that `--filename` names: files, folders with all that is below them, and `-`
/// for standard input.
final class ManifestFiles {
  private static final int MOST_FILES = 10_000;
  private static final long MOST_BYTES = 256L << 20;

  private final World world;
  private long bytes;

  ManifestFiles(World world) {
    this.world = world;
  }

  List<Manifest> read(List<String> names) throws Failure, FormatException, IOException {
    var manifests = new ArrayList<Manifest>();
    for (var name : names) {
      var path = name.equals("-") ? null : world.file(name);
      if (path != null && Files.isDirectory(path)) {
        for (var file : below(path, name)) {
          manifests.addAll(readOne(file.toString()));
        }
      } else {
        manifests.addAll(readOne(name));
      }
    }
    return manifests;
  }

  private List<Manifest> readOne(String name) throws Failure, FormatException, IOException {
    var text = SmallFile.read(world, name, ManifestYaml.MAX_BYTES);
    bytes += text.size();
    if (bytes > MOST_BYTES) {
      throw new Failure("expected at most 256 MiB of manifests, got more");
    }
    try {
      return Manifest.parse(name.equals("-") ? "standard input" : name, text);
    } catch (FormatException e) {
      var failure = new Failure(e.problem());
      throw text.toUtf8().contains("{{")
          ? failure.withHint("render templates first: helm template … | countersign verify -f -")
          : failure;
    }
  }

  /// As a mounted ConfigMap has it, files may be links, and what begins with a dot is not ours.
  private static List<Path> below(Path folder, String name) throws Failure, IOException {
    try (var all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      var files =
          all.filter(path -> isManifest(folder.relativize(path)))
              .filter(Files::isRegularFile)
              .limit(MOST_FILES + 1L)
              .sorted()
              .toList();
      if (files.size() > MOST_FILES) {
        throw new Failure("expected at most " + MOST_FILES + " files in " + name + ", got more");
      }
      if (files.isEmpty()) {
        throw new Failure("expected .yaml, .yml or .json files in " + name + ", got none");
      }
      return files.stream().map(file -> Path.of(name).resolve(folder.relativize(file))).toList();
    }
  }

  private static boolean isManifest(Path relative) {
    var isHidden =
        Stream.iterate(0, i -> i < relative.getNameCount(), i -> i + 1)
            .anyMatch(i -> relative.getName(i).toString().startsWith("."));
    var name = relative.toString();
    return !isHidden && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }
}
