package dev.countersign.cli;

import java.io.IOException;
import java.util.List;

/// Prints the public half of a private key.
final class ShowPublicKey implements Command {
  private static final Flag KEY =
      Flag.text("key", "private key: a file, env://NAME or k8s://NS/NAME");
  private static final Flag FILE = Flag.text("outfile", "file to write instead of standard output");

  @Override
  public Usage usage() {
    return new Usage(
        "public-key",
        "Prints the public half of a private key.",
        "",
        0,
        0,
        List.of(KEY, FILE, CommonFlags.SK, CommonFlags.SLOT),
        "countersign public-key --key cosign.key > cosign.pub");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    var access = new RegistryAccess(arguments, world);
    var key =
        new Keys(world, access).readPrivate(arguments.require(KEY), Images.deadline(arguments));
    var pem = key.publicKey().toPem();
    var file = arguments.find(FILE);
    if (file.isEmpty()) {
      world.stdout().print(pem);
    } else {
      WholeFile.write(world.file(file.get()), pem, WholeFile.Readers.OWNER);
    }
    return ExitCode.DONE;
  }
}
