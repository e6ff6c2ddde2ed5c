package dev.countersign.cli;

import dev.countersign.format.FormatException;
import java.io.IOException;

/// One subcommand.
interface Command {
  Usage usage();

  /// Does the work and returns the exit code.
  ///
  /// @throws Failure with the exit code and one line for people
  /// @throws FormatException if input is not what it must be
  /// @throws IOException if the world fails
  int run(Arguments arguments, World world) throws Failure, FormatException, IOException;
}
