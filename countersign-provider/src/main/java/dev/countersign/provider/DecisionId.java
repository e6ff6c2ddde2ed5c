package dev.countersign.provider;

import java.security.SecureRandom;

/// The name of one decision, drawn at random, so that nobody guesses that of another.
///
/// @param text `d-` and 8 of `a-z2-7`: short enough for a message of ten images
record DecisionId(String text) {
  private static final int LENGTH = 8;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final SecureRandom RANDOM = new SecureRandom();

  /// A new one.
  static DecisionId next() {
    var random = new byte[LENGTH];
    RANDOM.nextBytes(random);
    var text = new StringBuilder("d-");
    for (byte b : random) {
      text.append(ALPHABET.charAt(b & 31));
    }
    return new DecisionId(text.toString());
  }

  @Override
  public String toString() {
    return text;
  }
}
