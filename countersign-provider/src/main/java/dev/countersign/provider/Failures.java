package dev.countersign.provider;

/// The system error of one response: which keys have no answer, and why.
///
/// Every key with a fault is an image reference, so at most some thousand printable characters. The
/// text is bounded all the same, since Kubernetes carries it to people.
final class Failures {
  private static final int MAX_CHARACTERS = 16_384;

  private final StringBuilder text = new StringBuilder();
  private int untold;

  /// Adds what is not known and why.
  void add(DecisionRecord decision) {
    var line = decision.key() + ": " + decision.why().reason() + " [" + decision.id() + ']';
    if (untold > 0 || text.length() + line.length() > MAX_CHARACTERS) {
      untold++;
      return;
    }
    text.append(text.isEmpty() ? "" : "; ").append(line);
  }

  /// The text; empty if nothing was added.
  @Override
  public String toString() {
    return untold == 0 ? text.toString() : text + "; and " + untold + " more keys";
  }
}
