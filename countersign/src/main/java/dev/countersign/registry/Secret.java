package dev.countersign.registry;

/// A password or token; its text is never printed.
public final class Secret {
  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /// The secret whose text is `text`.
  public static Secret of(String text) {
    return new Secret(text);
  }

  /// Search for this name to find every reader of a secret.
  String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "Secret[redacted]";
  }
}
