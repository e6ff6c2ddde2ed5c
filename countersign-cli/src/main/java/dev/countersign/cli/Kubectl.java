package dev.countersign.cli;

import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The `kubectl` on `PATH`, with the cluster that it is set to.
final class Kubectl {
  private final World world;
  private final Path program;

  private Kubectl(World world, Path program) {
    this.world = world;
    this.program = program;
  }

  static Kubectl find(World world) throws Failure {
    for (var folder : world.variable("PATH").orElse("").split(":", -1)) {
      // An empty entry means the working folder, where anybody may have put a program.
      var program = world.file(folder).resolve("kubectl").toAbsolutePath();
      if (!folder.isEmpty() && Files.isRegularFile(program) && Files.isExecutable(program)) {
        return new Kubectl(world, program);
      }
    }
    throw new Failure("expected kubectl on PATH, found none")
        .withHint("leave --apply out, and apply the files from where kubectl is");
  }

  /// Makes the cluster hold these objects. What kubectl says goes where our own words go.
  ///
  /// @param yaml objects with `---` between them; they are given to nobody else
  /// @throws Failure if kubectl does not end with 0 in time
  void apply(String yaml, Deadline deadline) throws Failure, IOException {
    var process = start();
    try {
      var said = copy(process.getInputStream(), world.stdout());
      var complained = copy(process.getErrorStream(), world.stderr());
      var fed = feed(process, yaml);
      if (!process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)
          || !said.join(deadline.remaining())
          || !complained.join(deadline.remaining())) {
        throw new Failure("expected kubectl apply to end in time, got no end")
            .withHint("give it more with --timeout, or see what the cluster does");
      }
      if (process.exitValue() != 0 || !fed) {
        throw new Failure("kubectl apply ended with " + process.exitValue())
            .withHint(
                "see what it said above; nothing is kept, so run this again when it is mended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    } finally {
      process.destroy();
    }
  }

  private Process start() throws IOException {
    var builder = new ProcessBuilder(program.toString(), "apply", "-f", "-");
    builder.directory(world.folder().toAbsolutePath().toFile());
    builder.environment().clear();
    builder.environment().putAll(world.environment());
    return builder.start();
  }

  /// Whether all of `text` was taken.
  private static boolean feed(Process process, String text) {
    try (var in = process.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (IOException e) {
      // It ended before it had read all; its exit code and its words say why.
      return false;
    }
  }

  private static Thread copy(InputStream from, PrintStream to) {
    return Thread.startVirtualThread(() -> {
      try (from) {
        from.transferTo(to);
      } catch (IOException e) {
        // The process was ended, or nobody reads any more.
      }
    });
  }
}
