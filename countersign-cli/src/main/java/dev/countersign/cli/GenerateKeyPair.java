package dev.countersign.cli;

import dev.countersign.format.OneLine;
import dev.countersign.key.SoftwareKey;
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
        "",
        0,
        1,
        List.of(PREFIX, Flag.refusedText("kms", "key management services are not there yet")),
        "countersign generate-key-pair\n"
            + "COSIGN_PASSWORD=… countersign generate-key-pair --output-key-prefix release");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    if (!arguments.operands().isEmpty()) {
      throw new Failure(
              "cannot keep a key in "
                  + OneLine.of(arguments.operands().getFirst())
                  + ": only files are there yet")
          .withHint("name the files with --output-key-prefix");
    }
    var files = new KeyFiles(world, arguments.require(PREFIX));
    files.confirmOverwrite();
    try (var password = new Passwords(world).choose()) {
      files.write(SoftwareKey.generate(new SecureRandom()), password);
    }
    return ExitCode.DONE;
  }
}
