package dev.countersign.format;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A hash function of the SHA-2 family, as signatures, logs and bundles name it.
public enum HashAlgorithm {
  SHA256("SHA-256"),
  SHA384("SHA-384"),
  SHA512("SHA-512");

  private final String name;

  HashAlgorithm(String name) {
    this.name = name;
  }

  /// The algorithm of a log entry, `sha256`, or of a bundle, `SHA2_256`.
  ///
  /// @throws FormatException for any other text
  public static HashAlgorithm parse(String text) throws FormatException {
    return switch (text) {
      case "sha256", "SHA2_256" -> SHA256;
      case "sha384", "SHA2_384" -> SHA384;
      case "sha512", "SHA2_512" -> SHA512;
      default -> throw new FormatException("expected sha256, sha384 or sha512, got " + text);
    };
  }

  /// The name in logs and before digests, `sha256`.
  @Override
  public String toString() {
    return name.replace("SHA-", "sha");
  }

  /// The bytes of a hash.
  public int size() {
    return switch (this) {
      case SHA256 -> 32;
      case SHA384 -> 48;
      case SHA512 -> 64;
    };
  }

  /// The name in a sigstore bundle
  /// ([HashAlgorithm](https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_common.proto)).
  public String bundleName() {
    return name.replace("SHA-", "SHA2_");
  }

  /// The hash of `content`.
  public Bytes of(Bytes content) {
    var digest = newDigest();
    digest.update(content.asBuffer());
    return Bytes.copyOf(digest.digest());
  }

  /// The hash of `content` in lower-case hex.
  public String hexOf(Bytes content) {
    return HexFormat.of().formatHex(of(content).toArray());
  }

  /// A running hash, for content that comes in pieces.
  public MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has " + name, e);
    }
  }
}
