package dev.countersign.cli;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.OneLine;
import dev.countersign.key.SignatureScheme;
import dev.countersign.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What the command line names as the file to sign or verify.
sealed interface BlobSource {
  /// The longest file that is kept whole, for Ed25519 keys, which sign no hash.
  int MOST_MEBIBYTES = 128;

  /// A file on disk.
  record OnDisk(Path path) implements BlobSource {}

  /// Standard input, `-`.
  record StandardInput(InputStream stream) implements BlobSource {}

  /// A file that lies elsewhere, by its hash.
  record Known(HashAlgorithm algorithm, Bytes hash) implements BlobSource {}

  /// The file `name`, or `-`, to be read at once.
  ///
  /// @throws Failure if it is a folder
  static BlobSource of(World world, String name) throws Failure {
    if (name.equals("-")) {
      return new StandardInput(world.stdin());
    }
    var path = world.file(name);
    if (Files.isDirectory(path)) {
      throw new Failure("expected a file, got the folder " + OneLine.of(name));
    }
    return new OnDisk(path);
  }

  /// The same, to be read after a password was asked for.
  ///
  /// @throws Failure if it is not there, or a folder
  static BlobSource find(World world, String name) throws Failure {
    var source = of(world, name);
    if (source instanceof OnDisk(Path path) && !Files.exists(path)) {
      throw new Failure(OneLine.of(name) + ": no such file or directory");
    }
    return source;
  }

  /// As above; a name that is a digest, and no file, stands for the file of that digest.
  static BlobSource findOrKnown(World world, String name) throws Failure {
    var digest = Digests.PATTERN.matcher(name);
    if (!digest.matches() || Files.exists(world.file(name))) {
      return find(world, name);
    }
    var algorithm =
        switch (digest.group(1)) {
          case "256" -> HashAlgorithm.SHA256;
          case "384" -> HashAlgorithm.SHA384;
          default -> HashAlgorithm.SHA512;
        };
    var hex = digest.group(2);
    if (hex.length() != 2 * algorithm.size()) {
      throw new Failure(
          "expected %s: and %d hex digits, got %d"
              .formatted(algorithm, 2 * algorithm.size(), hex.length()));
    }
    return new Known(algorithm, Bytes.copyOf(HexFormat.of().parseHex(hex)));
  }

  /// Reads the file once, for signatures by one of `schemes`.
  default Blob read(Set<HashAlgorithm> hashes, List<SignatureScheme> schemes) throws IOException {
    var isWholeSigned = schemes.stream().anyMatch(scheme -> scheme.hash().isEmpty());
    int mostBytes = isWholeSigned ? MOST_MEBIBYTES << 20 : 0;
    return read(hashes, mostBytes);
  }

  /// The file's SHA-256, of a file of any length.
  default Digest sha256() throws IOException {
    var hash = read(Set.of(HashAlgorithm.SHA256), 0).hash(HashAlgorithm.SHA256);
    return new Digest(HexFormat.of().formatHex(hash.orElseThrow().toArray()));
  }

  private Blob read(Set<HashAlgorithm> hashes, int mostBytes) throws IOException {
    return switch (this) {
      case OnDisk(Path path) -> {
        try (var in = Files.newInputStream(path)) {
          yield Blob.read(in, hashes, mostBytes);
        }
      }
      case StandardInput(InputStream in) -> Blob.read(in, hashes, mostBytes);
      case Known(HashAlgorithm algorithm, Bytes hash) -> Blob.ofHash(algorithm, hash);
    };
  }

  /// Expressions, out of sight.
  final class Digests {
    private static final Pattern PATTERN = Pattern.compile("sha(256|384|512):([0-9a-f]+)");

    private Digests() {}
  }
}
