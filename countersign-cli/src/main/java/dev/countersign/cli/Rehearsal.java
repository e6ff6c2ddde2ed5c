package dev.countersign.cli;

import java.util.Arrays;

/// Command lines in one process, as each would run in its own: what a cache of the JVM learns from.
/// [DemoRehearsal] starts it.
final class Rehearsal {
  private Rehearsal() {}

  /// Runs them.
  ///
  /// @param lines each an exit code and the words of a command line, with tabs between
  public static void main(String[] lines) {
    for (var line : lines) {
      var words = Arrays.asList(line.split("\t", -1));
      int exitCode = Main.run(words.subList(1, words.size()));
      if (exitCode != Integer.parseInt(words.getFirst())) {
        throw new IllegalStateException(words + " ended with " + exitCode);
      }
    }
  }
}
