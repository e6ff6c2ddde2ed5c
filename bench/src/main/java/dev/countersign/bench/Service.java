package dev.countersign.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A server in a process of its own, on a port of its own, until it is closed.
///
/// @param readyMillis from its start until it took connections
record Service(Process process, int port, double readyMillis) implements AutoCloseable {
  private static final int SECONDS_TO_START = 60;

  /// What the image adds for small replicas.
  private static final String SMALL =
      "-XX:MinRAMPercentage=33 -XX:ReservedCodeCacheSize=64m -XX:TrimNativeHeapInterval=10000";

  /// Something that makes the words of a command that listens on this port.
  @FunctionalInterface
  interface Words {
    List<String> at(int port) throws IOException;
  }

  /// @param group what it may use of the machine; empty for all
  /// @throws IOException if it does not take connections within a minute
  static Service start(Path log, Optional<ControlGroup> group, Words words)
      throws IOException, InterruptedException {
    int port = freePort();
    var script = group.map(ControlGroup::join).orElse("") + "exec \"$@\"";
    var command = new ArrayList<>(List.of("sh", "-c", script, "bench"));
    command.addAll(words.at(port));
    long start = System.nanoTime();
    var builder = new ProcessBuilder(command);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    if (group.isPresent()) {
      builder.environment().put("JDK_JAVA_OPTIONS", SMALL);
    }
    var process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
            .start();
    while (!listens(port)) {
      if (!process.isAlive() || System.nanoTime() - start > SECONDS_TO_START * 1e9) {
        process.destroyForcibly();
        throw new IOException("expected " + command + " to start, got " + Files.readString(log));
      }
      Thread.sleep(2);
    }
    return new Service(process, port, (System.nanoTime() - start) / 1e6);
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Processor time so far, in milliseconds; the system counts in hundredths of a second.
  double cpuMillis() throws IOException {
    var fields = Files.readString(proc("stat")).replaceFirst(".*\\) ", "").split(" ", -1);
    return 10.0 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }

  /// Resident memory in MiB.
  double residentMib() throws IOException {
    return status("VmRSS:");
  }

  /// The most resident memory so far in MiB.
  double peakMib() throws IOException {
    return status("VmHWM:");
  }

  private double status(String field) throws IOException {
    return Files.readAllLines(proc("status")).stream()
        .filter(line -> line.startsWith(field))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1_024)
        .findFirst()
        .orElseThrow();
  }

  private Path proc(String file) {
    return Path.of("/proc", String.valueOf(process.pid()), file);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
