package dev.countersign.cli.interop;

/// What a judge says of a signature.
///
/// @param why its words, for a no
record Verdict(boolean accepted, String why) {
  static Verdict of(Peer.Run run) {
    return new Verdict(run.exit() == 0, run.stderr());
  }
}
