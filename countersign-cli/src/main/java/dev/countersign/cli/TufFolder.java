package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.tuf.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The files of one TUF repository in a folder, as cosign lays them out. Each is replaced in one
/// step, the timestamp's last of an update's, so that no reader sees half a file.
record TufFolder(Path folder) implements Cache {
  private static final int MAX_BYTES = 16 << 20;

  @Override
  public Optional<Bytes> read(String name) throws IOException {
    try (var in = Files.newInputStream(folder.resolve(name))) {
      return Optional.of(Bytes.copyOf(in.readNBytes(MAX_BYTES)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void write(String name, Bytes content) throws IOException {
    var file = folder.resolve(name);
    var parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (var whole = WholeFile.prepare(file, content, WholeFile.Readers.OWNER)) {
      whole.put();
    }
  }

  @Override
  public void remove(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }
}
