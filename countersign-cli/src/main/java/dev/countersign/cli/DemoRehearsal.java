package dev.countersign.cli;

import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What the build runs to learn which classes the short commands need, and no others: each of them
/// once, against a registry in this process.
final class DemoRehearsal {
  private DemoRehearsal() {}

  public static void main(String[] arguments) throws IOException {
    var folder = Files.createTempDirectory("countersign-rehearsal-");
    try (var registry = InProcessRegistry.start()) {
      TestImage.oci("app").pushTo(registry, "acme/app", "v1");
      var image = registry.hostAndPort() + "/acme/app:v1";
      rehearse(folder, "generate-key-pair");
      rehearse(folder, "sign", "--key", "cosign.key", "-a", "env=prod", image);
      rehearse(folder, "verify", "--key", "cosign.pub", image);
      rehearse(folder, "verify", "--key=cosign.pub", "-a", "env=prod", image, image);
      rehearse(folder, "public-key", "--key", "cosign.key");
      rehearse(folder, "triangulate", image);
      rehearse(folder, "version");
    } finally {
      Demo.remove(folder);
    }
  }

  private static void rehearse(Path folder, String... words) throws IOException {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var world =
        new World(
            Map.of("COSIGN_PASSWORD", "rehearsal"),
            folder,
            InputStream.nullInputStream(),
            nowhere,
            nowhere,
            new SystemKeyboard(nowhere),
            work -> {});
    int exitCode = new CommandLine(world).run(NativeText.arguments(List.of(words)));
    if (exitCode != ExitCode.DONE) {
      throw new IllegalStateException(List.of(words) + " ended with " + exitCode);
    }
  }
}
