package dev.countersign.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The table and the plots, printed as they grow and kept in a folder.
final class Report {
  private final Path folder;
  private final List<String> lines = new ArrayList<>();

  Report(Path folder, String machine) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
    add(machine);
    add("");
    add("| what | ours | beside | ratio | reach |");
    add("| --- | --- | --- | --- | --- |");
  }

  /// A row whose ratio is to be at most `reach`.
  void atMost(String what, String unit, Sample ours, String rival, Sample theirs, double reach)
      throws IOException {
    compare(what, unit, ours, rival, theirs, "≤ " + reach + '×');
  }

  /// A row whose ratio is to be at least `reach`.
  void atLeast(String what, String unit, Sample ours, String rival, Sample theirs, double reach)
      throws IOException {
    compare(what, unit, ours, rival, theirs, "≥ " + reach + '×');
  }

  private void compare(
      String what, String unit, Sample ours, String rival, Sample theirs, String reach)
      throws IOException {
    var ratio = String.format(Locale.ROOT, "**%.2f×**", ours.dividedBy(theirs).median());
    row(what, ours.text(unit), rival + ": " + theirs.text(unit), ratio, reach);
  }

  /// A row of a figure that has no rival in this run.
  void figure(String what, String value, String reach) throws IOException {
    row(what, value, "–", "", reach);
  }

  private void row(String... cells) throws IOException {
    add("| " + String.join(" | ", cells) + " |");
  }

  private void add(String line) throws IOException {
    lines.add(line);
    System.out.println(line);
    System.out.flush();
    Files.write(folder.resolve("table.md"), lines);
  }

  /// Keeps a plot beside the table.
  void plot(String name, Plot plot) throws IOException {
    Files.writeString(folder.resolve(name + ".svg"), plot.svg());
    System.out.println("plot: " + folder.resolve(name + ".svg"));
  }
}
