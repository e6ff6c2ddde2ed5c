package dev.countersign.cli;

import dev.countersign.key.EncryptedKey;
import dev.countersign.key.Passphrase;
import dev.countersign.key.SoftwareKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/// The files of a key pair, `PREFIX.key` and `PREFIX.pub`.
final class KeyFiles {
  private final World world;
  private final String prefix;
  private final Path privateFile;
  private final Path publicFile;

  KeyFiles(World world, String prefix) throws Failure {
    this.world = world;
    this.prefix = prefix;
    this.privateFile = world.file(prefix + ".key");
    this.publicFile = world.file(prefix + ".pub");
  }

  /// Asks before files that are there are written over.
  ///
  /// @throws Failure if the answer is no
  void confirmOverwrite() throws Failure, IOException {
    for (var ending : new String[] {".key", ".pub"}) {
      if (Files.exists(world.file(prefix + ending))) {
        Confirmation.ask(world, "File " + prefix + ending + " already exists. Overwrite?");
        return;
      }
    }
  }

  /// Writes both files. Either stands under its name whole or not at all; the public one comes
  /// first, so that there is never a new private key without it.
  void write(SoftwareKey key, Passphrase password) throws IOException {
    var encrypted = EncryptedKey.encrypt(key, password, new SecureRandom());
    var secret = WholeFile.prepare(privateFile, encrypted.toPem(), WholeFile.Readers.OWNER);
    try (secret;
        var open =
            WholeFile.prepare(publicFile, key.publicKey().toPem(), WholeFile.Readers.EVERYBODY)) {
      var wasThere = Files.exists(publicFile);
      open.put();
      try {
        secret.put();
      } catch (IOException e) {
        if (!wasThere) {
          Files.deleteIfExists(publicFile);
        }
        throw e;
      }
    }
    world.stderr().println("Private key written to " + prefix + ".key");
    world.stderr().println("Public key written to " + prefix + ".pub");
  }
}
