package dev.countersign.oci;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import java.util.regex.Pattern;

/// The SHA-256 digest of some content, written `sha256:` and 64 lower-case hex digits.
///
/// @param hex 64 lower-case hex digits
public record Digest(String hex) {
  private static final String ALGORITHM = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not 64 lower-case hex digits: " + hex);
    }
  }

  /// Reads `sha256:<hex>`.
  ///
  /// @throws FormatException for anything else, other algorithms and upper-case digits among it
  public static Digest parse(String text) throws FormatException {
    var hex = text.startsWith(ALGORITHM) ? text.substring(ALGORITHM.length()) : "";
    if (!HEX.matcher(hex).matches()) {
      throw new FormatException("expected sha256:<64 lower-case hex digits>, got \"" + text + '"');
    }
    return new Digest(hex);
  }

  /// The digest of `content`, computed here.
  public static Digest of(Bytes content) {
    return new Digest(HashAlgorithm.SHA256.hexOf(content));
  }

  /// The tag under which what belongs to this content lies where no list names it, `sha256-<hex>`.
  public String asTag() {
    return "sha256-" + hex;
  }

  @Override
  public String toString() {
    return ALGORITHM + hex;
  }
}
