package dev.countersign.cli;

import dev.countersign.format.OneLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A question that a person answers with `y`, or a script with a line on standard input.
final class Confirmation {
  private static final int MAX_BYTES = 1_024;

  private Confirmation() {}

  /// @throws Failure unless the answer is `y`
  static void ask(World world, String warning) throws Failure, IOException {
    world.warn(warning);
    world.stderr().print("Are you sure you would like to continue? [y/N] ");
    world.stderr().flush();
    var answer = readLine(world).strip();
    switch (answer) {
      case "y", "Y" -> {}
      case "", "n", "N" -> {
        world.stderr().println();
        throw new Failure("user declined the prompt");
      }
      default -> {
        world.stderr().println();
        throw new Failure("invalid input \"" + OneLine.of(answer) + "\" (allowed values y, n)");
      }
    }
  }

  /// Byte by byte, so that nothing behind the line is taken from a later reader.
  private static String readLine(World world) throws IOException {
    var line = new ByteArrayOutputStream();
    int next = world.stdin().read();
    while (next >= 0 && next != '\n' && line.size() < MAX_BYTES) {
      line.write(next);
      next = world.stdin().read();
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
