package dev.countersign.cli;

/// Whether somebody asks for proof from a transparency log, which is not there yet.
final class LogDemand {
  private static final String VARIABLE = "COUNTERSIGN_REQUIRE_TLOG";

  private LogDemand() {}

  /// A demand wins over a permission that the environment gives; on the command line the two
  /// contradict each other.
  ///
  /// @throws Failure if a log is demanded
  static void refuse(Arguments arguments, World world) throws Failure {
    var ignored = arguments.given(Verify.IGNORE_LOG).flatMap(Booleans::parse);
    var typedIgnored = arguments.typed(Verify.IGNORE_LOG).flatMap(Booleans::parse);
    if (arguments.isOn(Verify.REQUIRE_LOG)) {
      if (typedIgnored.orElse(false)) {
        throw new Failure("expected --require-tlog or --insecure-ignore-tlog=true, got both");
      }
      throw refused("--require-tlog");
    }
    if (!ignored.orElse(true)) {
      throw refused("--insecure-ignore-tlog=false");
    }
    if (world.variable(VARIABLE).flatMap(Booleans::parse).orElse(false)) {
      throw refused(VARIABLE);
    }
  }

  private static Failure refused(String source) {
    return new Failure(source + " is not supported: " + CommonFlags.LOG)
        .withHint("without it the signature is verified with the key alone");
  }
}
