package dev.countersign.cli;

import dev.countersign.cli.WholeFile.Readers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Files of one folder that are written together: all of them, or none.
final class FileSet {
  private final World world;
  private final Path folder;

  /// @throws Failure if `folder` is none
  FileSet(World world, String folder) throws Failure {
    this.world = world;
    this.folder = world.file(folder);
    if (!Files.isDirectory(this.folder)) {
      throw new Failure("expected a folder, got " + this.folder).withHint("make it first");
    }
  }

  /// What one file gets.
  record Content(String name, String text, Readers readers) {
    static Content open(String name, String text) {
      return new Content(name, text, Readers.EVERYBODY);
    }

    static Content secret(String name, String text) {
      return new Content(name, text, Readers.OWNER);
    }

    /// Without the text, which may be a key.
    @Override
    public String toString() {
      return name;
    }
  }

  /// Asks before files that are there are written over.
  ///
  /// @throws Failure if the answer is no
  void confirmOverwrite(String... names) throws Failure, IOException {
    for (var name : names) {
      if (Files.exists(folder.resolve(name))) {
        Confirmation.ask(world, "File " + folder.resolve(name) + " already exists. Overwrite?");
        return;
      }
    }
  }

  /// Writes the files. When one cannot be put in its place, all are as they were before.
  void write(List<Content> contents) throws IOException {
    var steps = new ArrayList<Step>();
    try {
      for (var content : contents) {
        steps.add(Step.prepare(folder, content));
      }
      putAll(steps);
    } finally {
      for (var step : steps) {
        step.close();
      }
    }
    contents.forEach(
        content -> world.stderr().println("Written: " + folder.resolve(content.name())));
  }

  private static void putAll(List<Step> steps) throws IOException {
    for (int i = 0; i < steps.size(); i++) {
      try {
        steps.get(i).fresh().put();
      } catch (IOException e) {
        undo(steps.subList(0, i), e);
        throw e;
      }
    }
  }

  private static void undo(List<Step> steps, IOException cause) {
    for (var step : steps) {
      try {
        step.undo();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  /// One file on its way, and what it replaces.
  ///
  /// @param old at most one
  private record Step(Path target, WholeFile fresh, List<WholeFile> old) {
    static Step prepare(Path folder, Content content) throws IOException {
      var target = folder.resolve(content.name());
      var fresh = WholeFile.prepare(target, content.text(), content.readers());
      try {
        var isThere = Files.exists(target);
        return new Step(target, fresh, isThere ? List.of(WholeFile.copy(target)) : List.of());
      } catch (IOException e) {
        fresh.close();
        throw e;
      }
    }

    void undo() throws IOException {
      if (old.isEmpty()) {
        Files.deleteIfExists(target);
      }
      for (var file : old) {
        file.put();
      }
    }

    void close() throws IOException {
      fresh.close();
      for (var file : old) {
        file.close();
      }
    }
  }
}
