package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.registry.ContentStore.BlobReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The files of an image layout. No name leads out of the folder, and no link is followed below it;
/// files are written beside their place and moved there whole.
record LayoutFiles(Path folder) {
  private static final int MAX_BLOBS = 100_000;

  boolean isThere(Digest blob) {
    return isBlob(path(blob));
  }

  /// The blob, unless it is larger than `limitBytes`; its digest is not compared.
  Optional<Bytes> find(Digest blob, int limitBytes) throws IOException {
    var file = path(blob);
    return isBlob(file) ? Optional.of(read(file, limitBytes)) : Optional.empty();
  }

  /// A file of the layout itself.
  Bytes read(String name, int limitBytes) throws IOException {
    var file = folder.resolve(name);
    if (!isFile(file)) {
      throw new IOException(file + ": no such file; expected an image layout in " + folder);
    }
    return read(file, limitBytes);
  }

  /// Gives the blob to `reader`, and says whether it is there.
  boolean stream(Descriptor blob, BlobReader reader) throws IOException {
    var file = path(blob.digest());
    if (!isBlob(file)) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      reader.read(new BlobStream(in, blob, e -> e));
    }
    return true;
  }

  void write(String name, Bytes content) throws IOException {
    Files.createDirectories(folder);
    place(content.asStream(), folder.resolve(name));
  }

  void write(Digest blob, InputStream content) throws IOException {
    var blobs = Files.createDirectories(path(blob).getParent());
    if (!hasFolders()) {
      throw new IOException(blobs + ": expected a folder, got a link");
    }
    place(content, path(blob));
  }

  void delete(Digest blob) throws IOException {
    Files.deleteIfExists(path(blob));
  }

  /// The digests of all blobs of at most `limitBytes` that may be JSON objects, in their order.
  List<Digest> objects(int limitBytes) throws IOException {
    var blobs = folder.resolve("blobs").resolve("sha256");
    if (!hasFolders()) {
      return List.of();
    }
    var found = new ArrayList<Digest>();
    int seen = 0;
    try (var files = Files.newDirectoryStream(blobs)) {
      for (var file : files) {
        if (++seen > MAX_BLOBS) {
          throw new IOException(blobs + ": expected at most " + MAX_BLOBS + " blobs, got more");
        }
        var hex = String.valueOf(file.getFileName());
        if (hex.matches("[0-9a-f]{64}") && isObject(file, limitBytes)) {
          found.add(new Digest(hex));
        }
      }
    }
    found.sort((a, b) -> a.hex().compareTo(b.hex()));
    return found;
  }

  private static boolean isObject(Path file, int limitBytes) throws IOException {
    if (!isFile(file) || Files.size(file) > limitBytes) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      return in.read() == '{';
    }
  }

  private Path path(Digest blob) {
    return folder.resolve("blobs").resolve("sha256").resolve(blob.hex());
  }

  private static Bytes read(Path file, int limitBytes) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var content = in.readNBytes(limitBytes);
      if (in.read() >= 0) {
        throw new IOException(file + ": expected at most " + limitBytes + " bytes, got more");
      }
      return Bytes.copyOf(content);
    }
  }

  private static void place(InputStream content, Path file) throws IOException {
    var temporary = file.resolveSibling("." + UUID.randomUUID() + ".tmp");
    try {
      Files.copy(content, temporary);
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean isFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private boolean isBlob(Path file) {
    return isFile(file) && hasFolders();
  }

  private boolean hasFolders() {
    return Files.isDirectory(folder.resolve("blobs"), LinkOption.NOFOLLOW_LINKS)
        && Files.isDirectory(folder.resolve("blobs/sha256"), LinkOption.NOFOLLOW_LINKS);
  }
}
