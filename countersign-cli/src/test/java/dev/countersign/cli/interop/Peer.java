package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real program that a test runs in an environment of its own: no variable, home, credential or
/// trust of the person who runs the test reaches it, and nothing on its standard input.
///
/// @param version for reports only; an official version or a package's
public record Peer(String name, Path program, String version) {
  private static final int SECONDS = 60;

  /// What a run of at most a minute left behind.
  public record Run(int exit, String stdout, String stderr) {
    /// This run, which must have ended with 0.
    public Run succeeded() {
      assertEquals(0, exit, () -> "expected exit code 0, got " + this);
      return this;
    }
  }

  /// Runs the program in a temporary folder.
  public Run run(String... arguments) {
    return run(Map.of(), arguments);
  }

  /// Runs the program in a temporary folder with these variables besides its own.
  public Run run(Map<String, String> environment, String... arguments) {
    return inTemporaryFolder(home -> run(home, home, environment, arguments));
  }

  /// Runs the program in a working folder, where it finds and leaves files.
  public Run runIn(Path folder, Map<String, String> environment, String... arguments) {
    return inTemporaryFolder(home -> run(folder, home, environment, arguments));
  }

  private Run run(Path folder, Path home, Map<String, String> environment, String... arguments)
      throws IOException {
    var stdout = home.resolve("stdout");
    var stderr = home.resolve("stderr");
    var builder = isolated(folder, home, environment, arguments);
    var process = builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
    var ended = ended(process, SECONDS);
    end(process);
    if (!ended) {
      fail(
          "%s %s: expected an end, got none in %d s; stderr: %s"
              .formatted(name, Arrays.toString(arguments), SECONDS, Files.readString(stderr)));
    }
    return new Run(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
  }

  /// The program, not yet started.
  ProcessBuilder isolated(
      Path folder, Path home, Map<String, String> environment, String... arguments) {
    var command = Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList();
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    var variables = builder.environment();
    var path = variables.getOrDefault("PATH", "");
    variables.clear();
    variables.putAll(
        Map.of(
            "PATH", path,
            "HOME", home.toString(),
            "DOCKER_CONFIG", home.resolve("docker").toString(),
            "TUF_ROOT", home.resolve("tuf").toString()));
    variables.putAll(environment);
    return builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
  }

  /// Ends the process and those it started, by force when it does not end by itself.
  static void end(Process process) {
    var started = process.descendants().toList();
    process.destroy();
    if (!ended(process, 5)) {
      process.destroyForcibly();
      ended(process, 5);
    }
    started.forEach(ProcessHandle::destroyForcibly);
  }

  private static boolean ended(Process process, int seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private interface Step {
    Run in(Path home) throws IOException;
  }

  private static Run inTemporaryFolder(Step step) {
    try {
      var home = Files.createTempDirectory("peer");
      try {
        return step.in(home);
      } finally {
        delete(home);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> contents;
    try (var found = Files.walk(folder)) {
      contents = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (var path : contents) {
      Files.delete(path);
    }
  }
}
