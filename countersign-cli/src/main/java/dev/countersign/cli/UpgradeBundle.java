package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import java.io.IOException;
import java.util.List;

/// Brings a sigstore bundle to the newest version.
final class UpgradeBundle implements Command {
  private static final Flag OUT = Flag.text("out", "file to write instead of standard output");

  @Override
  public Usage usage() {
    return new Usage(
        "bundle upgrade",
        "Brings a bundle of version 0.1 or 0.2 to version 0.3; nothing is verified.",
        "FILE|-",
        1,
        1,
        List.of(OUT, CommonFlags.REKOR_URL),
        "countersign bundle upgrade old.sigstore.json --out new.sigstore.json");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var file = BundleFile.read(world, arguments.operands().getFirst());
    CreateBundle.write(arguments, world, upgrade(file, world));
    return ExitCode.DONE;
  }

  private static Bytes upgrade(BundleFile file, World world) throws Failure {
    return switch (file.signature()) {
      case BlobSignature.Bundled(Bundle bundle) -> upgrade(file, bundle, world);
      case BlobSignature.Old old -> throw isOld(file);
      case BlobSignature.Bare bare -> throw isOld(file);
    };
  }

  private static Failure isOld(BundleFile file) {
    return new Failure(
            "expected a sigstore bundle, got cosign's old one: " + OneLine.of(file.name()))
        .withHint("make one of it with: countersign bundle create --bundle FILE --artifact FILE");
  }

  private static Bytes upgrade(BundleFile file, Bundle bundle, World world) throws Failure {
    if (bundle.version() == Bundle.Version.V0_3) {
      world.stderr().println("Bundle is already at v0.3, no upgrade needed.");
      return file.content();
    }
    if (bundle.material() instanceof Bundle.Material.Certificates(var chain) && chain.size() > 1) {
      world
          .stderr()
          .println("Leaving out " + (chain.size() - 1) + " certificates above the signer's.");
    }
    try {
      return bundle.toBytes();
    } catch (FormatException e) {
      throw new Failure(
          "cannot upgrade " + OneLine.of(file.name()) + " without asking its log: " + e.problem());
    }
  }
}
