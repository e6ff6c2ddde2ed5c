package dev.countersign.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Part of the machine for a process and those that it starts: a share of one processor and an
/// amount of memory, by Linux's control groups, version 1 or 2.
final class ControlGroup implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final int PERIOD = 100_000;

  private final List<Path> folders;

  private ControlGroup(List<Path> folders) {
    this.folders = folders;
  }

  /// @param name of no other group
  /// @param processors 0.5 is half of one
  /// @param memory in MiB
  /// @throws IOException if this machine does not allow it
  static ControlGroup of(String name, double processors, int memory) throws IOException {
    var quota = String.valueOf((int) (processors * PERIOD));
    if (Files.isDirectory(ROOT.resolve("cpu")) && Files.isDirectory(ROOT.resolve("memory"))) {
      var cpu = Files.createDirectories(ROOT.resolve("cpu").resolve(name));
      Files.writeString(cpu.resolve("cpu.cfs_quota_us"), quota);
      var limit = Files.createDirectories(ROOT.resolve("memory").resolve(name));
      Files.writeString(limit.resolve("memory.limit_in_bytes"), memory + "M");
      return new ControlGroup(List.of(cpu, limit));
    }
    var both = Files.createDirectories(ROOT.resolve(name));
    Files.writeString(both.resolve("cpu.max"), quota + ' ' + PERIOD);
    Files.writeString(both.resolve("memory.max"), memory + "M");
    return new ControlGroup(List.of(both));
  }

  /// A shell's words that put it and what it becomes into the group; before `exec`.
  String join() {
    var words = new StringBuilder();
    for (var folder : folders) {
      words.append("echo $$ >").append(folder.resolve("cgroup.procs")).append("; ");
    }
    return words.toString();
  }

  /// Ends the group, whose processes must have ended.
  @Override
  public void close() throws IOException {
    for (var folder : folders) {
      Files.deleteIfExists(folder);
    }
  }
}
