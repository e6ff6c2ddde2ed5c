package dev.countersign.admission;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command as a process of its own, in a folder, with a password that opens no key.
record Ours(Path folder) {
  private static final int SECONDS = 120;

  /// How a process ended.
  record Run(int exit, String stdout, String stderr) {}

  Run run(String... words) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.countersign.cli.Main"));
    command.addAll(List.of(words));
    var stdout = Files.createTempFile(folder, "run", ".out");
    var stderr = Files.createTempFile(folder, "run", ".err");
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("COSIGN_PASSWORD", "wrong");
    var process =
        builder
            .redirectInput(new File("/dev/null"))
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return new Run(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
  }
}
