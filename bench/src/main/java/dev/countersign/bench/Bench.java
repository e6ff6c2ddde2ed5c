package dev.countersign.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/// Measures the rows that it is told, or all.
final class Bench {
  private Bench() {}

  /// Measures.
  ///
  /// @param arguments beginnings of rows' names, as `command.verify` or `provider`; none is all
  public static void main(String[] arguments) throws Exception {
    var wanted =
        Stream.of(arguments)
            .flatMap(words -> Stream.of(words.split(" ", -1)))
            .filter(word -> !word.isEmpty())
            .toList();
    var programs = Programs.here();
    var folder = Files.createTempDirectory("bench");
    var report = new Report(Path.of("target/report"), machine());
    var rows =
        Stream.of(
                new Commands(programs, folder, report).rows(),
                new ProviderRows(programs, folder, report).rows(),
                new Scale(programs, folder, report).rows(),
                List.of(new Row("loops", Loops::run)))
            .flatMap(List::stream)
            .filter(row -> wanted.isEmpty() || wanted.stream().anyMatch(row.name()::startsWith))
            .toList();
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("expected names of rows, got " + wanted);
    }
    for (var row : rows) {
      row.work().run();
    }
  }

  private static String machine() throws Exception {
    var model =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.replaceFirst(".*: ", ""))
            .findFirst()
            .orElse("unknown processor");
    return "%d × %s, Java %s, %s, load %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            model,
            Runtime.version(),
            LocalDate.now(ZoneOffset.UTC),
            Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }

  /// Something that can be measured by itself.
  record Row(String name, Work work) {}

  /// What a row takes.
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }
}
