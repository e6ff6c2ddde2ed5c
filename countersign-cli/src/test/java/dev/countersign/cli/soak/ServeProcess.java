package dev.countersign.cli.soak;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// `countersign serve` of this build in a process of its own, on free ports of loopback.
record ServeProcess(Process process, Path log, int port, int adminPort) implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("ready on port (\\d+), admin on port (\\d+)");
  private static final int START_SECONDS = 120;
  private static final int STOP_SECONDS = 60;

  /// How the process is started.
  ///
  /// @param wrapper words before the program's, such as those of a program that bounds it
  /// @param jvm options of the Java virtual machine
  record Launch(
      Path folder, List<String> wrapper, List<String> jvm, Map<String, String> environment) {
    static Launch in(Path folder) {
      return new Launch(folder, List.of(), List.of(), Map.of());
    }

    Launch withJvm(String... options) {
      return new Launch(folder, wrapper, List.of(options), environment);
    }

    Launch withEnvironment(Map<String, String> variables) {
      return new Launch(folder, wrapper, jvm, variables);
    }

    Launch withWrapper(String... words) {
      return new Launch(folder, List.of(words), jvm, environment);
    }
  }

  /// Starts it; it answers when this returns.
  static ServeProcess start(Launch launch, String... flags)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(launch.wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(launch.jvm);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "dev.countersign.cli.Main",
            "serve",
            "--listen=127.0.0.1:0",
            "--admin-listen=127.0.0.1:0"));
    command.addAll(List.of(flags));
    var log = Files.createTempFile(launch.folder, "serve", ".log");
    var builder = new ProcessBuilder(command).directory(launch.folder.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("HOME", launch.folder.toString());
    builder.environment().putAll(launch.environment);
    var process =
        builder
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return awaitReady(process, log);
  }

  private static ServeProcess awaitReady(Process process, Path log)
      throws IOException, InterruptedException {
    for (int poll = 0; poll < START_SECONDS * 20; poll++) {
      var ready = READY.matcher(Files.readString(log));
      if (ready.find()) {
        return new ServeProcess(
            process, log, Integer.parseInt(ready.group(1)), Integer.parseInt(ready.group(2)));
      }
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    process.destroyForcibly();
    throw new AssertionError("expected a service that gets ready, got: " + Files.readString(log));
  }

  /// What `/readyz` says, as a probe hears it.
  boolean isReady() throws InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var url = URI.create("http://127.0.0.1:" + adminPort + "/readyz");
      return http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /// One of the numbers of `/metrics`, summed over its labels.
  double metric(String name) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var url = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
      return http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(name + ' ') || line.startsWith(name + '{'))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    }
  }

  /// Kilobytes of memory that the system counts as its own.
  long residentKilobytes() throws IOException {
    return status("VmRSS:");
  }

  /// Threads of the system.
  long threads() throws IOException {
    return status("Threads:");
  }

  private long status(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /// Asks it to end, as a kubelet does: by SIGTERM.
  void terminate() {
    process.destroy();
  }

  /// Its exit code, once it ended by itself.
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("expected a process that ends, got one that does not");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
