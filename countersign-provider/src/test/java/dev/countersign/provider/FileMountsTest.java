package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMountsTest {
  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void resolve() throws IOException {
    folder = temporary.toRealPath();
  }

  /// Lines as a kubelet's mounts give them, of a volume and of a `subPath`.
  private Path mounts(Path... points) throws IOException {
    var lines = new StringBuilder("22 1 0:21 / / rw,relatime - overlay overlay rw\n");
    for (var point : points) {
      lines
          .append("1203 1180 0:52 /..2026_11_28/cosign.pub ")
          .append(point.toString().replace(" ", "\\040"))
          .append(" ro,relatime - tmpfs tmpfs ro,size=16384k\n");
    }
    return Files.writeString(folder.resolve("mountinfo"), lines);
  }

  @Test
  void findsFilesThatAreMounts() throws Exception {
    var mounted = Files.createFile(folder.resolve("cosign with space.pub"));
    var other = Files.createFile(folder.resolve("other.pub"));

    assertEquals(
        List.of(mounted), FileMounts.among(List.of(mounted, other), mounts(mounted, folder)));
  }

  @Test
  void isContentWithFilesOfAMountedFolder() throws Exception {
    var data = Files.createDirectories(folder.resolve("keys/..2026_11_28"));
    Files.createFile(data.resolve("cosign.pub"));
    Files.createSymbolicLink(folder.resolve("keys/..data"), Path.of("..2026_11_28"));
    var file =
        Files.createSymbolicLink(folder.resolve("keys/cosign.pub"), Path.of("..data/cosign.pub"));

    assertEquals(List.of(), FileMounts.among(List.of(file), mounts(folder.resolve("keys"))));
  }

  @Test
  void knowsNothingWhereTheSystemTellsNothing() throws Exception {
    var file = Files.createFile(folder.resolve("cosign.pub"));

    assertEquals(List.of(), FileMounts.among(List.of(file), folder.resolve("none")));
    assertEquals(List.of(), FileMounts.among(List.of(file), FileMounts.MOUNT_INFO));
  }

  @Test
  void asksNothingOfFilesThatAreNotThere() throws Exception {
    var file = folder.resolve("cosign.pub");

    assertEquals(List.of(), FileMounts.among(List.of(file), mounts(file)));
  }
}
