package dev.countersign.cel;

/// How much of a statement one judgement may still look at.
///
/// It is counted and not timed, so that a judgement does not depend on how busy the machine is.
final class Budget {
  private long left;

  Budget(long left) {
    this.left = left;
  }

  /// What an expression that looked at too much fails with.
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exhausted() {
      super("it looks at too much of the statement", null, false, false);
    }
  }

  /// Pays for one look at `size` characters, members or items.
  ///
  /// @throws Exhausted from the moment on when all is spent
  void spend(int size) {
    left -= 1 + (long) size;
    if (left < 0) {
      throw new Exhausted();
    }
  }

  boolean isExhausted() {
    return left < 0;
  }
}
