package dev.countersign.cli;

import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.OneLine;
import dev.countersign.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/// The SHA-256 of the file that a statement is about.
final class BlobDigest {
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

  private BlobDigest() {}

  /// That of the file `name`, of any length; `-` is standard input.
  static Digest of(World world, String name) throws Failure, IOException {
    if (name.equals("-")) {
      return of(world.stdin());
    }
    var path = world.file(name);
    if (Files.isDirectory(path)) {
      throw new Failure("expected a file, got the folder " + OneLine.of(name));
    }
    try (var in = Files.newInputStream(path)) {
      return of(in);
    }
  }

  private static Digest of(InputStream in) throws IOException {
    var hash = HashAlgorithm.SHA256.newDigest();
    try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), hash)) {
      in.transferTo(out);
    }
    return new Digest(HexFormat.of().formatHex(hash.digest()));
  }

  /// The digest that a flag gives.
  static Digest parse(Flag flag, String hex) throws Failure {
    if (!HEX.matcher(hex).matches()) {
      throw new Failure(
          "expected --%s as 64 hex digits, got \"%s\"".formatted(flag.name(), OneLine.of(hex)));
    }
    return new Digest(hex.toLowerCase(Locale.ROOT));
  }
}
