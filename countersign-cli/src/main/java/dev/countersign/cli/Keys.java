package dev.countersign.cli;

import dev.countersign.access.Environment;
import dev.countersign.access.KeyReference;
import dev.countersign.cli.kubernetes.KeySecret;
import dev.countersign.cli.kubernetes.KubernetesApi;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.key.EncryptedKey;
import dev.countersign.key.Passphrase;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SoftwareKey;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Reads what `--key` names.
final class Keys {
  private final World world;
  private final RegistryAccess access;

  Keys(World world, RegistryAccess access) {
    this.world = world;
    this.access = access;
  }

  PublicKey readPublic(String reference, Deadline deadline) throws Failure, IOException {
    try {
      return PublicKey.parsePem(
          isSecret(reference)
              ? secret(reference, deadline).publicKey().toUtf8()
              : read(reference, deadline));
    } catch (FormatException e) {
      throw unusable(reference, e);
    }
  }

  /// The private key, opened with a password of [Passwords].
  SoftwareKey readPrivate(String reference, Deadline deadline) throws Failure, IOException {
    if (isSecret(reference)) {
      return readSecret(reference, deadline);
    }
    var encrypted = readEncrypted(reference, deadline);
    for (var password : new Passwords(world).candidates()) {
      var key = open(encrypted, password, reference);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new Failure("cannot decrypt the key " + OneLine.of(reference) + ": wrong password")
        .withHint(
            world.variable("COSIGN_PASSWORD").isPresent()
                ? "COSIGN_PASSWORD is set; its value was tried, spaces and line ends included"
                : "the password came from standard input; COSIGN_PASSWORD can hold it too");
  }

  /// Whether the reference names a Secret in a cluster, whose password lies beside its key.
  static boolean isSecret(String reference) {
    return reference.startsWith(KeySecret.SCHEME);
  }

  private SoftwareKey readSecret(String reference, Deadline deadline) throws Failure, IOException {
    try {
      var secret = secret(reference, deadline);
      var encrypted = EncryptedKey.parsePem(secret.privateKey().toUtf8());
      return open(encrypted, Passphrase.of(secret.password().toArray()), reference)
          .orElseThrow(() ->
              new Failure("cannot decrypt the key " + reference + " with its cosign.password")
                  .withHint("COSIGN_PASSWORD is not used for keys in a cluster, as in cosign"));
    } catch (FormatException e) {
      throw unusable(reference, e);
    }
  }

  private KeySecret secret(String reference, Deadline deadline)
      throws Failure, FormatException, IOException {
    var name = KeySecret.Name.parse(reference);
    try (var api = KubernetesApi.open(new Environment(world.environment()), world.folder())) {
      return KeySecret.find(api, name, deadline)
          .orElseThrow(() ->
              new Failure("no Secret " + name.name() + " in namespace " + name.namespace())
                  .withHint("make one with: countersign generate-key-pair " + name));
    }
  }

  private EncryptedKey readEncrypted(String reference, Deadline deadline)
      throws Failure, IOException {
    try {
      return EncryptedKey.parsePem(read(reference, deadline));
    } catch (FormatException e) {
      throw unusable(reference, e);
    }
  }

  private static Optional<SoftwareKey> open(
      EncryptedKey encrypted, Passphrase password, String reference) throws Failure {
    try (password) {
      return encrypted.decrypt(password);
    } catch (FormatException e) {
      throw unusable(reference, e);
    }
  }

  private String read(String reference, Deadline deadline)
      throws Failure, FormatException, IOException {
    var environment = new Environment(world.environment());
    try (var web = new WebFiles(access.connections())) {
      return parse(reference).read(environment, web, deadline).toUtf8();
    } catch (IOException e) {
      throw new Failure("cannot read the key: " + FileFault.describe(e));
    }
  }

  private KeyReference parse(String reference) throws Failure, FormatException {
    var parsed = KeyReference.parse(reference);
    return parsed instanceof KeyReference.File(Path path)
        ? new KeyReference.File(world.file(path.toString()))
        : parsed;
  }

  private static Failure unusable(String reference, FormatException problem) {
    return new Failure("cannot use the key " + OneLine.of(reference) + ": " + problem.problem());
  }
}
