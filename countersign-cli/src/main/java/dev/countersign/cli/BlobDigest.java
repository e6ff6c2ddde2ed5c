package dev.countersign.cli;

import dev.countersign.format.OneLine;
import dev.countersign.oci.Digest;
import java.util.Locale;
import java.util.regex.Pattern;

/// The SHA-256 of the file that a statement is about.
final class BlobDigest {
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

  private BlobDigest() {}

  /// The digest that a flag gives.
  static Digest parse(Flag flag, String hex) throws Failure {
    if (!HEX.matcher(hex).matches()) {
      throw new Failure(
          "expected --%s as 64 hex digits, got \"%s\"".formatted(flag.name(), OneLine.of(hex)));
    }
    return new Digest(hex.toLowerCase(Locale.ROOT));
  }
}
