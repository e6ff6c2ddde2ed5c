package dev.countersign.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Where the command starts: the only place that touches the process's streams and environment.
public final class Main {
  /// How long a command that was asked to stop may take for it.
  private static final int STOP_SECONDS = 20;

  private static final CountDownLatch ENDED = new CountDownLatch(1);

  private Main() {}

  /// Runs one subcommand and ends the process with its exit code.
  public static void main(String[] arguments) {
    int exitCode = run(List.of(arguments));
    ENDED.countDown();
    // System.exit would ask all of the jar for a logger that hears of it. No hook is left to wait
    // for: that of a command that was asked to stop waits for this.
    Runtime.getRuntime().halt(exitCode);
  }

  /// Runs one subcommand, on the streams of the process.
  static int run(List<String> arguments) {
    var stdout = utf8(new FileOutputStream(FileDescriptor.out));
    var stderr = utf8(new FileOutputStream(FileDescriptor.err));
    int exitCode = run(arguments, stdout, stderr);
    if (stdout.checkError() && exitCode == ExitCode.DONE) {
      stderr.println("Error: cannot write to standard output");
      exitCode = ExitCode.FAILED;
    }
    stderr.flush();
    return exitCode;
  }

  private static int run(List<String> arguments, PrintStream stdout, PrintStream stderr) {
    try {
      var world =
          new World(
              NativeText.variables(System.getenv()),
              Path.of(""),
              new FileInputStream(FileDescriptor.in),
              stdout,
              stderr,
              new SystemKeyboard(stderr),
              work -> Runtime.getRuntime().addShutdownHook(new Thread(() -> endWell(work))));
      return new CommandLine(world).run(NativeText.arguments(arguments));
    } catch (IOException e) {
      stderr.println("Error: " + e.getMessage());
      return ExitCode.FAILED;
    }
  }

  /// Lets the command end by itself. Without the halt the exit code would be that of the signal.
  private static void endWell(Runnable work) {
    work.run();
    try {
      Runtime.getRuntime()
          .halt(ENDED.await(STOP_SECONDS, TimeUnit.SECONDS) ? ExitCode.DONE : ExitCode.FAILED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PrintStream utf8(OutputStream file) {
    return new PrintStream(file, false, StandardCharsets.UTF_8);
  }
}
