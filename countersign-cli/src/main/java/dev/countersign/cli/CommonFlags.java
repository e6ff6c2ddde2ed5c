package dev.countersign.cli;

import java.util.List;

/// Flags that several subcommands have.
final class CommonFlags {
  static final Flag HELP = Flag.off("help", "show this help").shortened("h");
  static final Flag TIMEOUT =
      Flag.time("timeout", "timeout for the command").shortened("t").initially("3m0s");
  static final Flag VERBOSE = Flag.off("verbose", "say more when something fails").shortened("d");
  static final Flag OUTPUT_FILE =
      Flag.text("output-file", "write to this file what would go to standard output");

  /// Those of every subcommand.
  static final List<Flag> GLOBAL = List.of(HELP, TIMEOUT, VERBOSE, OUTPUT_FILE);

  static final String HARDWARE = "security keys are not there yet; use --key with a file or env://";
  private static final String LOG =
      "no log is asked; what came with the signature is verified with --trusted-root";

  static final Flag SLOT = Flag.refusedText("slot", HARDWARE);
  static final Flag SK = Flag.refusedSwitch("sk", HARDWARE);
  static final Flag REKOR_URL = Flag.refusedText("rekor-url", LOG);

  private CommonFlags() {}
}
