package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A checkout with the real `bin/countersign`, whose JDKs and Maven are scripts below one folder.
final class FakeMachine {
  private static final Path LAUNCHER = Path.of("../bin/countersign");

  final Path checkout;
  final Path jar;
  final Map<String, String> environment = new HashMap<>();
  private final Path root;
  private final Path path;
  private int runs;

  FakeMachine(Path root) throws IOException {
    this.root = root;
    checkout = root.resolve("check out");
    jar = checkout.resolve("countersign-cli/target/app/countersign.jar");
    path = Files.createDirectories(root.resolve("path"));
    environment.put("PATH", path.toString());
    environment.put("HOME", root.resolve("home").toString());
    script(
        launcher(),
        Files.readString(LAUNCHER).replaceAll(" /(usr|opt|Library)/", " " + root + "/$1/"));
    for (var name : List.of("mkdir", "readlink", "rm", "sed", "sleep")) {
      tool(name);
    }
  }

  /// Puts a program of the real machine on `PATH`.
  void tool(String name) throws IOException {
    var real =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new AssertionError("expected " + name + " on PATH, found none"));
    script(path.resolve(name), "#!/bin/sh\nexec '" + real + "' \"$@\"\n");
  }

  Path launcher() {
    return checkout.resolve("bin/countersign");
  }

  /// A JDK that tells its folder, its options and its input, and ends with 7.
  Path jdk(String folder, String version) throws IOException {
    var jdk = root.resolve(folder);
    script(
        jdk.resolve("bin/java"),
        """
        #!/bin/sh
        case $1 in -version) echo 'openjdk version "%s" 2026-01-01' >&2; exit ;; esac
        echo "%s"
        for argument; do echo "[$argument]"; done
        while read -r line; do echo "<$line>"; done
        exit 7
        """
            .formatted(version, folder));
    Files.writeString(
        jdk.resolve("release"),
        "IMPLEMENTOR=\"Any\"\nJAVA_VERSION=\""
            + version
            + "\"\nJAVA_VERSION_DATE=\"2026-01-01\"\n");
    return jdk;
  }

  /// Puts a link to a JDK's program on `PATH`.
  void onPath(Path jdk) throws IOException {
    Files.createSymbolicLink(path.resolve("java"), jdk.resolve("bin/java"));
  }

  /// A Maven that notes each of its runs, takes these steps, and builds the jar.
  void maven(String steps) throws IOException {
    script(
        path.resolve("mvn"),
        """
        #!/bin/sh
        echo "$JAVA_HOME $*" >> '%s'
        echo 'said by Maven'
        %s
        mkdir -p countersign-cli/target/app
        echo new > countersign-cli/target/app/countersign.jar
        """
            .formatted(root.resolve("mvn.log"), steps));
  }

  List<String> builds() throws IOException {
    var log = root.resolve("mvn.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  /// Leaves a build that ended at this time.
  void built(Instant at) throws IOException {
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "old");
    Files.setLastModifiedTime(jar, FileTime.from(at));
  }

  /// Leaves the trace of a commit in a git folder.
  void committed(Path git, Instant at) throws IOException {
    var log = Files.createDirectories(git.resolve("logs")).resolve("HEAD");
    Files.writeString(log, "");
    Files.setLastModifiedTime(log, FileTime.from(at));
  }

  Peer.Run run(String... arguments) throws IOException, InterruptedException {
    return start(launcher(), arguments).end();
  }

  /// Starts the launcher by the name it is called by, with one line on its input.
  Started start(Path name, String... arguments) throws IOException {
    var folder = Files.createDirectories(root.resolve("run" + ++runs));
    var command = new ArrayList<>(List.of("/bin/sh", name.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    var input = Files.writeString(folder.resolve("input"), "input\n");
    var started =
        builder
            .redirectInput(input.toFile())
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile())
            .start();
    return new Started(started, folder);
  }

  /// A launcher that runs.
  record Started(Process process, Path folder) {
    Peer.Run end() throws IOException, InterruptedException {
      try {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), this::stderr);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Peer.Run(
          process.exitValue(), Files.readString(folder.resolve("stdout")), stderr());
    }

    /// Waits until the launcher says this or ends.
    void says(String words) throws InterruptedException {
      for (var poll = 0; poll < 1000 && !stderr().contains(words); poll++) {
        if (process.waitFor(10, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
      assertTrue(stderr().contains(words), this::stderr);
    }

    private String stderr() {
      try {
        return Files.readString(folder.resolve("stderr"));
      } catch (IOException e) {
        return e.toString();
      }
    }
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertTrue(file.toFile().setExecutable(true));
  }
}
