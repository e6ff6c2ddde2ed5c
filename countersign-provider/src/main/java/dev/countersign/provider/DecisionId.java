package dev.countersign.provider;

import java.security.SecureRandom;

/// The name of one decision, drawn at random, so that nobody guesses that of another.
///
/// @param text 16 of `a-z2-7`
record DecisionId(String text) {
  private static final int LENGTH = 16;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final SecureRandom RANDOM = new SecureRandom();

  /// A new one.
  static DecisionId next() {
    var random = new byte[LENGTH];
    RANDOM.nextBytes(random);
    var text = new StringBuilder(LENGTH);
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
