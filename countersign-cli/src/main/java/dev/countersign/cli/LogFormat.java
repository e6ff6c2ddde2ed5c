package dev.countersign.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// How lines of the log are written.
enum LogFormat {
  /// Time, level, logger, and `name=value`.
  TEXT,
  /// A JSON object a line.
  JSON;

  static LogFormat parse(String text) throws Failure {
    return Arrays.stream(values())
        .filter(format -> format.word().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new Failure(
                "expected --log-format "
                    + Arrays.stream(values())
                        .map(LogFormat::word)
                        .collect(Collectors.joining(" or "))
                    + ", got "
                    + text));
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
