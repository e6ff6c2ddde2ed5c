package dev.countersign.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The address of some bytes, `sha256:` or `sha512:` and lower-case hex digits.
final class ContentDigest {
  private static final Pattern KNOWN = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");

  private ContentDigest() {}

  static boolean isValid(String text) {
    return KNOWN.matcher(text).matches();
  }

  static String sha256(byte[] content) {
    return of("sha256", content);
  }

  static String sha256(String content) {
    return sha256(content.getBytes(StandardCharsets.UTF_8));
  }

  /// The digest of `content` by the algorithm that `digest` names.
  static String like(String digest, byte[] content) {
    return of(digest.startsWith("sha512:") ? "sha512" : "sha256", content);
  }

  private static String of(String algorithm, byte[] content) {
    try {
      var name = algorithm.equals("sha512") ? "SHA-512" : "SHA-256";
      var hash = MessageDigest.getInstance(name).digest(content);
      return algorithm + ':' + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
