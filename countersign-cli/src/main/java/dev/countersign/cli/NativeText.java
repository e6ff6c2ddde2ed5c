package dev.countersign.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The arguments and variables of this process, read as UTF-8 whatever the locale is.
///
/// In the locale of most containers (`C`) Java knows ASCII only and puts U+FFFD for the rest: a
/// password would be another password, and nobody would hear of it. Where that happened, what the
/// system itself keeps of them is read.
final class NativeText {
  private static final char LOST = '\uFFFD';

  private NativeText() {}

  static Map<String, String> variables(Map<String, String> known) throws IOException {
    if (known.values().stream().noneMatch(NativeText::isDamaged)) {
      return known;
    }
    var repaired = new HashMap<>(known);
    for (var entry : read("environ")) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        repaired.replace(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return repaired;
  }

  static List<String> arguments(List<String> known) throws IOException {
    if (known.stream().noneMatch(NativeText::isDamaged)) {
      return known;
    }
    var all = read("cmdline");
    return all.subList(all.size() - known.size(), all.size());
  }

  private static boolean isDamaged(String text) {
    return text.indexOf(LOST) >= 0;
  }

  /// The texts of a file under `/proc/self`, each of which ends in a NUL.
  private static List<String> read(String name) throws IOException {
    try {
      var bytes = Files.readAllBytes(Path.of("/proc/self", name));
      var texts = List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
      return texts.subList(0, texts.size() - 1);
    } catch (IOException e) {
      throw new IOException(
          "the locale has ASCII only; set LC_ALL=C.UTF-8 for other characters", e);
    }
  }
}
