package dev.countersign.cli;

import java.util.Optional;

/// Truth values as Go's [strconv.ParseBool](https://pkg.go.dev/strconv#ParseBool) reads them.
final class Booleans {
  private Booleans() {}

  static Optional<Boolean> parse(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
      case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
