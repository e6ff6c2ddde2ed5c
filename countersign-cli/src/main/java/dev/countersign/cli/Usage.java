package dev.countersign.cli;

import java.util.List;
import java.util.stream.Stream;

/// How a subcommand is called.
///
/// @param operands as help shows them, `IMAGE...`
/// @param most the most operands
/// @param flags its own; those of every subcommand come on top
record Usage(
    String name,
    String summary,
    String operands,
    int least,
    int most,
    List<Flag> flags,
    String examples) {
  Usage {
    flags = List.copyOf(flags);
  }

  /// Whether `COSIGN_…` variables set flags. Not those of what cosign does not have.
  boolean hasVariables() {
    return switch (name) {
      case "serve", "explain", "doctor", "policy check", "certs", "demo", "verify-bundle" -> false;
      default -> true;
    };
  }

  /// All flags, those of every subcommand among them.
  List<Flag> allFlags() {
    return Stream.concat(flags.stream(), CommonFlags.GLOBAL.stream()).toList();
  }
}
