package dev.countersign.cli;

/// What somebody asks of transparency logs.
enum LogDemand {
  /// That one has recorded the signature.
  DEMANDED,
  /// Nothing: with a key none is asked, without one a log is needed all the same.
  UNSAID,
  /// That none is needed, though it is known that this is insecure.
  IGNORED;

  private static final String VARIABLE = "COUNTERSIGN_REQUIRE_TLOG";

  /// A demand wins over a permission that the environment gives; on the command line the two
  /// contradict each other.
  ///
  /// @throws Failure if they do
  static LogDemand of(Arguments arguments, World world) throws Failure {
    var ignored = arguments.given(Verify.IGNORE_LOG).flatMap(Booleans::parse);
    var typedIgnored = arguments.typed(Verify.IGNORE_LOG).flatMap(Booleans::parse);
    if (arguments.isOn(Verify.REQUIRE_LOG)) {
      if (typedIgnored.orElse(false)) {
        throw new Failure("expected --require-tlog or --insecure-ignore-tlog=true, got both");
      }
      return DEMANDED;
    }
    if (!ignored.orElse(true) || world.variable(VARIABLE).flatMap(Booleans::parse).orElse(false)) {
      return DEMANDED;
    }
    return ignored.orElse(false) || arguments.isOn(VerifyFlags.PRIVATE_INFRASTRUCTURE)
        ? IGNORED
        : UNSAID;
  }
}
