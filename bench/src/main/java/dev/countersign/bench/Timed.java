package dev.countersign.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One run of a program from its start to its end, as bash and GNU time tell.
///
/// GNU time forks before it starts the program, so that the peak is the program's own and not that
/// of this Java process.
///
/// @param wall in milliseconds
/// @param cpu in milliseconds, user and system
/// @param peak resident memory in MiB
record Timed(double wall, double cpu, double peak) {
  private static final String SCRIPT =
      """
      TIMEFORMAT='%3R %3U %3S'
      time /usr/bin/time -f %M -o peak "$@" >stdout 2>stderr
      """;

  /// @throws IOException if it cannot be started or does not end with 0
  static Timed run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("bash", "-c", SCRIPT, "bench"));
    words.addAll(command);
    var builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().putAll(environment);
    var process = builder.start();
    process.getOutputStream().close();
    var times =
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.US_ASCII)
            .strip()
            .split(" ", -1);
    if (process.waitFor() != 0) {
      throw new IOException(
          "expected success of " + command + ", got " + Files.readString(folder.resolve("stderr")));
    }
    double cpu = 1_000 * (Double.parseDouble(times[1]) + Double.parseDouble(times[2]));
    double kibibytes = Double.parseDouble(Files.readString(folder.resolve("peak")).strip());
    return new Timed(1_000 * Double.parseDouble(times[0]), cpu, kibibytes / 1_024);
  }
}
