package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.key.SoftwareKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/// Puts a private key that is not encrypted under a password, as cosign does it.
final class ImportKeyPair implements Command {
  private static final int MAX_BYTES = 64 << 10;
  private static final Flag KEY =
      Flag.text("key", "PEM file with an RSA, EC or Ed25519 private key, not encrypted")
          .shortened("k");
  private static final Flag PREFIX =
      Flag.text("output-key-prefix", "name of the .key and .pub files")
          .shortened("o")
          .initially("import-cosign");
  private static final Flag YES =
      Flag.off("yes", "write over files that are there without asking").shortened("y");

  @Override
  public Usage usage() {
    return new Usage(
        "import-key-pair",
        "Puts an existing private key under a password, for sign.",
        "",
        0,
        0,
        List.of(KEY, PREFIX, YES),
        "countersign import-key-pair --key openssl.key");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    var name = arguments.require(KEY);
    var key = read(world, name);
    var files = new KeyFiles(world, arguments.require(PREFIX));
    if (!arguments.isOn(YES)) {
      files.confirmOverwrite();
    }
    try (var password = new Passwords(world).choose()) {
      files.write(key, password);
    }
    return ExitCode.DONE;
  }

  private static SoftwareKey read(World world, String name) throws Failure, IOException {
    try (var in = Files.newInputStream(world.file(name))) {
      var content = in.readNBytes(MAX_BYTES + 1);
      return SoftwareKey.parsePem(new String(content, StandardCharsets.UTF_8));
    } catch (FormatException e) {
      throw new Failure("cannot import " + OneLine.of(name) + ": " + e.problem());
    }
  }
}
