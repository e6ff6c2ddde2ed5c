package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are longer than what is kept of a file.
class LongBlobTest {
  private static final Map<String, String> OPEN = Map.of("COSIGN_PASSWORD", "");

  /// From RFC 8032 §7.1, test 1, as PKCS#8.
  private static final String ED25519 =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpgurPlHvPEkjcsgrVFt7VlEwOARE+9+BkP
      -----END PRIVATE KEY-----
      """;

  @TempDir Path folder;

  @BeforeEach
  void makeKeysAndFiles() throws IOException {
    Files.writeString(folder.resolve("plain.pem"), ED25519);
    run("import-key-pair", "--key", "plain.pem", "-o", "ed25519");
    run("generate-key-pair", "--output-key-prefix", "p256");
    try (var file = new RandomAccessFile(folder.resolve("long").toFile(), "rw")) {
      file.setLength(((long) BlobSource.MOST_MEBIBYTES << 20) + 1);
    }
    Files.writeString(folder.resolve("short"), "content");
  }

  @Test
  void areSignedByKeysThatSignAHash() {
    assertEquals(0, run("sign-blob", "--key", "p256.key", "--bundle", "b", "long").exit());
    assertEquals(0, run("verify-blob", "--key", "p256.pub", "--bundle", "b", "long").exit());
  }

  @Test
  void areNotSignedByEd25519KeysAndTheLimitIsNamed() {
    var run = run("sign-blob", "--key", "ed25519.key", "--bundle", "b", "long");

    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("expected at most 128 MiB, got more"), run::toString);
    assertTrue(Files.notExists(folder.resolve("b")));
  }

  @Test
  void areNotVerifiedByEd25519KeysAndTheLimitIsNamed() {
    run("sign-blob", "--key", "ed25519.key", "--new-bundle-format=false", "--output", "s", "short");

    var run = run("verify-blob", "--key", "ed25519.pub", "--signature", "s", "long");

    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("(at most 128 MiB are kept)"), run::toString);
  }

  private Peer.Run run(String... words) {
    return OurCommand.runIn(folder, OPEN, words);
  }
}
