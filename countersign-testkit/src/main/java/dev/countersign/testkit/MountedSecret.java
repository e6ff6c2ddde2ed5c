package dev.countersign.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/// A folder that changes as a Secret does that a kubelet mounted: each file is a symbolic link into
/// `..data`, itself a link to the folder of the moment, and only that one is replaced, at once
/// ([AtomicWriter](https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go)).
public final class MountedSecret {
  private static final String DATA = "..data";

  private final Path folder;
  private int state;

  private MountedSecret(Path folder) {
    this.folder = folder;
  }

  /// Mounts `files`, content by name, at `folder`.
  public static MountedSecret at(Path folder, Map<String, String> files) throws IOException {
    Files.createDirectories(folder);
    var secret = new MountedSecret(folder);
    secret.replace(files);
    return secret;
  }

  /// Where it is mounted.
  public Path folder() {
    return folder;
  }

  /// Another content, all of it at the same moment.
  public void replace(Map<String, String> files) throws IOException {
    var old = folder.resolve(".." + state);
    var fresh = Files.createDirectory(folder.resolve(".." + ++state));
    for (var file : files.entrySet()) {
      Files.writeString(fresh.resolve(file.getKey()), file.getValue());
    }
    var link = folder.resolve("..data_tmp");
    Files.createSymbolicLink(link, fresh.getFileName());
    Files.move(link, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    for (var name : files.keySet()) {
      if (!Files.isSymbolicLink(folder.resolve(name))) {
        Files.createSymbolicLink(folder.resolve(name), Path.of(DATA, name));
      }
    }
    remove(old);
  }

  private static void remove(Path old) throws IOException {
    if (!Files.exists(old)) {
      return;
    }
    try (var files = Files.newDirectoryStream(old)) {
      for (var file : files) {
        Files.delete(file);
      }
    }
    Files.delete(old);
  }
}
