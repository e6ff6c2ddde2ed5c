package dev.countersign.provider;

/// How much those who are denied are told. Logs and records keep all of it.
public enum Denials {
  /// Whose signature was found, and whose was wanted.
  FULL,
  /// What is wrong and what to do, and nobody who signs.
  TERSE;

  String text(Line line) {
    return switch (this) {
      case FULL -> line.full();
      case TERSE -> line.terse();
    };
  }
}
