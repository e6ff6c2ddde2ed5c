package dev.countersign.cli;

import dev.countersign.access.Environment;
import dev.countersign.cli.kubernetes.ApiException;
import dev.countersign.cli.kubernetes.KeySecret;
import dev.countersign.cli.kubernetes.KubernetesApi;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.key.EncryptedKey;
import dev.countersign.key.SoftwareKey;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;

/// Makes a key pair on P-256, encrypted as cosign does it.
final class GenerateKeyPair implements Command {
  private static final Flag PREFIX =
      Flag.text("output-key-prefix", "name of the .key and .pub files").initially("cosign");

  @Override
  public Usage usage() {
    return new Usage(
        "generate-key-pair",
        "Makes a key pair: a private key under a password, and its public key.",
        "[k8s://NAMESPACE/NAME]",
        0,
        1,
        List.of(PREFIX, Flag.refusedText("kms", "key management services are not there yet")),
        """
        countersign generate-key-pair
        COSIGN_PASSWORD=… countersign generate-key-pair --output-key-prefix release
        countersign generate-key-pair k8s://ci/signing-key\
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    if (!arguments.operands().isEmpty()) {
      return store(arguments.operands().getFirst(), arguments, world);
    }
    var files = new KeyFiles(world, arguments.require(PREFIX));
    files.confirmOverwrite();
    try (var password = new Passwords(world).choose()) {
      files.write(SoftwareKey.generate(new SecureRandom()), password);
    }
    return ExitCode.DONE;
  }

  private static int store(String place, Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    if (!Keys.isSecret(place)) {
      throw new Failure(
              "cannot keep a key in "
                  + OneLine.of(place)
                  + ": expected k8s://NAMESPACE/NAME, or nothing for files")
          .withHint("name the files with --output-key-prefix");
    }
    var name = KeySecret.Name.parse(place);
    var deadline = Images.deadline(arguments);
    try (var api = KubernetesApi.open(new Environment(world.environment()), world.folder())) {
      var old = KeySecret.find(api, name, deadline);
      if (old.isPresent() && old.get().holdsKey()) {
        Confirmation.ask(world, "Secret " + name + " already holds a key. Overwrite?");
      }
      var key = SoftwareKey.generate(new SecureRandom());
      var parts = parts(key, world);
      if (old.isPresent()) {
        replace(old.get(), api, parts, deadline);
      } else {
        KeySecret.create(api, name, parts, deadline);
      }
      world
          .stderr()
          .println(
              "Successfully created secret %s in namespace %s"
                  .formatted(name.name(), name.namespace()));
      WholeFile.write(world.file("cosign.pub"), key.publicKey().toPem(), WholeFile.Readers.OWNER);
      world.stderr().println("Public key written to cosign.pub");
    }
    return ExitCode.DONE;
  }

  private static KeySecret.Parts parts(SoftwareKey key, World world) throws Failure, IOException {
    try (var password = new Passwords(world).choose()) {
      var encrypted = EncryptedKey.encrypt(key, password, new SecureRandom());
      return new KeySecret.Parts(
          Bytes.utf8(encrypted.toPem()),
          Bytes.copyOf(password.toArray()),
          Bytes.utf8(key.publicKey().toPem()));
    }
  }

  private static void replace(
      KeySecret old, KubernetesApi api, KeySecret.Parts parts, Deadline deadline)
      throws Failure, FormatException, IOException {
    try {
      old.replace(api, parts, deadline);
    } catch (ApiException e) {
      if (e.isInvalid()) {
        throw new Failure(String.valueOf(e.getMessage()))
            .withHint("an immutable Secret keeps its key: choose another name, or delete it");
      }
      throw e;
    }
  }
}
