package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.HashAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TufRepositoryTest {
  @TempDir Path folder;

  /// As `docs/decisions/0016-tuf.md` says.
  @Test
  void thePublicRootIsTheOneOfSigstoreJava() throws Exception {
    var hash = HashAlgorithm.SHA256.hexOf(TufRepository.publicRoot());
    assertEquals("9eb1ad724392024f2d0ddda653d80d95fb0b84b070254fd569ec419b0f0b31af", hash);
    var page = Files.readString(Path.of("../docs/decisions/0016-tuf.md"));
    assertTrue(page.contains(hash));
  }

  /// It signs itself, so that a folder without a newer one is told from an attack.
  @Test
  void thePublicRootIsBelieved() throws Exception {
    Files.createDirectory(folder.resolve("mirror"));
    Files.write(folder.resolve("root.json"), TufRepository.publicRoot().toArray());
    var run =
        OurCommand.runIn(
            folder,
            Map.of("TUF_ROOT", folder.resolve("tuf").toString()),
            "initialize",
            "--mirror",
            "file://" + folder.resolve("mirror"),
            "--root",
            "root.json");
    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("expected a root.json that is still good"), run::toString);
  }
}
