package dev.countersign.cli;

import dev.countersign.format.OneLine;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// All that a command sees of the process it runs in.
///
/// @param folder where relative paths start
/// @param stdout for what scripts read, and nothing else
/// @param stderr for people
record World(
    Map<String, String> environment,
    Path folder,
    InputStream stdin,
    PrintStream stdout,
    PrintStream stderr,
    Keyboard keyboard,
    StopSignal stop) {

  /// The variable `name`; one that is set to nothing is an empty text.
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name));
  }

  /// The file that a person calls `name`.
  Path file(String name) throws Failure {
    try {
      return folder.resolve(name);
    } catch (InvalidPathException e) {
      throw new Failure("expected the name of a file, got \"" + OneLine.of(name) + '"');
    }
  }

  void warn(String notice) {
    stderr.println("WARNING: " + notice);
  }

  /// The time to note where nobody signs it: `SOURCE_DATE_EPOCH` if it is set, else now.
  ///
  /// @throws Failure if it is set to something else than seconds since 1970
  Instant now() throws Failure {
    try {
      return variable("SOURCE_DATE_EPOCH")
          .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)))
          .orElseGet(Instant::now);
    } catch (NumberFormatException | DateTimeException e) {
      throw new Failure("expected SOURCE_DATE_EPOCH as seconds since 1970, got another text");
    }
  }

  World withStdout(PrintStream newStdout) {
    return new World(environment, folder, stdin, newStdout, stderr, keyboard, stop);
  }

  World withStderr(PrintStream newStderr) {
    return new World(environment, folder, stdin, stdout, newStderr, keyboard, stop);
  }
}
