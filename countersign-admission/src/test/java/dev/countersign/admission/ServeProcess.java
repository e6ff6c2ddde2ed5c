package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A running `countersign serve`: the program of this build in a process of its own.
record ServeProcess(Process process, int port, int adminPort) implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("ready on port (\\d+), admin on port (\\d+)");
  private static final int START_SECONDS = 60;

  /// Starts it on free loopback ports; it answers when this returns.
  ///
  /// @param folder where it runs and leaves its log
  /// @param flags all but those of the ports
  static ServeProcess start(Path folder, List<String> flags)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.countersign.cli.Main",
                "serve",
                "--listen=127.0.0.1:0",
                "--admin-listen=127.0.0.1:0"));
    command.addAll(flags);
    var log = Files.createTempFile(folder, "serve", ".log");
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("HOME", folder.toString());
    var process =
        builder
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      var ports = awaitReady(process, log);
      return new ServeProcess(
          process, Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2)));
    } catch (IOException | InterruptedException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static MatchResult awaitReady(Process process, Path log)
      throws IOException, InterruptedException {
    for (int poll = 0; poll < START_SECONDS * 50; poll++) {
      var ready = READY.matcher(Files.readString(log));
      if (ready.find()) {
        return ready.toMatchResult();
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new AssertionError("expected a provider that gets ready, got: " + Files.readString(log));
  }

  /// Stops it where it is, its ports open, as a node without a free processor does.
  void freeze() throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).start();
    assertTrue(kill.waitFor(5, TimeUnit.SECONDS));
    assertEquals(0, kill.exitValue());
  }

  /// Ends it at once; its port is closed when this returns.
  void kill() {
    try {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
