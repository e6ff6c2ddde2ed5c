package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.testkit.InProcessRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// Shows the whole way of an image on this machine: signed, verified, admitted; and that of one
/// that nobody signed.
///
/// The registry is in this process; the service is the real one, asked over TLS in Gatekeeper's own
/// words. Nothing but loopback is used, and nothing is left behind.
final class Demo implements Command {
  private static final Flag KEEP =
      Flag.off("keep", "go on serving until Ctrl-C, with commands to try").ours();

  @Override
  public Usage usage() {
    return new Usage(
        "demo",
        "Signs, verifies and admits an image, on this machine and without a cluster.",
        "",
        0,
        0,
        List.of(KEEP),
        "countersign demo");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var folder = Files.createTempDirectory("countersign-demo-");
    try (var registry = InProcessRegistry.start()) {
      var stage = new DemoStage(world, folder, registry);
      stage.play(arguments.isOn(KEEP));
    } finally {
      remove(folder);
    }
    return ExitCode.DONE;
  }

  static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
