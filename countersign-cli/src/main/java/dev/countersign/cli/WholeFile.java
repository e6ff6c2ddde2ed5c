package dev.countersign.cli;

import dev.countersign.format.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// A file that is written beside its place first, and then moved there in one step: nobody ever
/// sees half of it.
final class WholeFile implements AutoCloseable {
  private final Path temporary;
  private final Path target;

  private WholeFile(Path temporary, Path target) {
    this.temporary = temporary;
    this.target = target;
  }

  /// Who may read a file.
  enum Readers {
    OWNER("rw-------"),
    EVERYBODY("rw-r--r--");

    private final String mode;

    Readers(String mode) {
      this.mode = mode;
    }

    private FileAttribute<?>[] attributes() {
      return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
          }
          : new FileAttribute<?>[0];
    }
  }

  /// Writes `text` to disk, not yet in its place.
  static WholeFile prepare(Path target, String text, Readers readers) throws IOException {
    return prepare(target, Bytes.utf8(text), readers);
  }

  /// Writes `content` to disk, not yet in its place.
  static WholeFile prepare(Path target, Bytes content, Readers readers) throws IOException {
    var temporary = beside(target);
    var options = EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    var file = new WholeFile(temporary, target);
    try (var channel = FileChannel.open(temporary, options, readers.attributes())) {
      var bytes = content.asBuffer();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return file;
  }

  /// The file at `target` as it is now, to be put back.
  static WholeFile copy(Path target) throws IOException {
    var file = new WholeFile(beside(target), target);
    try {
      Files.copy(target, file.temporary, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return file;
  }

  /// Writes `text` in its place.
  static void write(Path target, String text, Readers readers) throws IOException {
    try (var file = prepare(target, text, readers)) {
      file.put();
    }
  }

  /// Moves the file to its place, over what is there.
  void put() throws IOException {
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Removes what was not put.
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(temporary);
  }

  private static Path beside(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + suffix() + ".tmp");
  }

  private static String suffix() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
