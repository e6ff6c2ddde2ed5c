package dev.countersign.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Something that is signed: its hashes and, where they are at hand, its bytes.
///
/// Most signature schemes work on a hash, so that a file of any size can be signed and verified in
/// bounded memory.
public final class Blob {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Optional<Bytes> content;
  private final Map<HashAlgorithm, Bytes> hashes;

  private Blob(Optional<Bytes> content, Map<HashAlgorithm, Bytes> hashes) {
    this.content = content;
    this.hashes = hashes;
  }

  /// A blob whose bytes are at hand; each hash is computed when it is asked for.
  public static Blob of(Bytes content) {
    return new Blob(Optional.of(content), Map.of());
  }

  /// A blob of which nothing but one hash is known.
  public static Blob ofHash(HashAlgorithm algorithm, Bytes hash) {
    return new Blob(Optional.empty(), Map.of(algorithm, hash));
  }

  /// Reads `in` to its end, once, and computes the hashes by `algorithms`.
  ///
  /// @param mostBytes a longer blob's bytes are not kept
  public static Blob read(InputStream in, Set<HashAlgorithm> algorithms, int mostBytes)
      throws IOException {
    var digests = new EnumMap<HashAlgorithm, MessageDigest>(HashAlgorithm.class);
    algorithms.forEach(algorithm -> digests.put(algorithm, algorithm.newDigest()));
    var kept = new ByteArrayOutputStream(Math.min(mostBytes, BUFFER_BYTES));
    boolean fits = true;
    var buffer = new byte[BUFFER_BYTES];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      for (var digest : digests.values()) {
        digest.update(buffer, 0, count);
      }
      fits = fits && count <= mostBytes - kept.size();
      if (fits) {
        kept.write(buffer, 0, count);
      } else {
        kept = new ByteArrayOutputStream(0);
      }
    }
    var hashes = new EnumMap<HashAlgorithm, Bytes>(HashAlgorithm.class);
    digests.forEach((algorithm, digest) -> hashes.put(algorithm, Bytes.copyOf(digest.digest())));
    return new Blob(fits ? Optional.of(Bytes.wrap(kept.toByteArray())) : Optional.empty(), hashes);
  }

  /// The bytes; empty if only hashes are known.
  public Optional<Bytes> content() {
    return content;
  }

  /// The hash by `algorithm`; empty if it was not computed and the bytes are gone.
  public Optional<Bytes> hash(HashAlgorithm algorithm) {
    return Optional.ofNullable(hashes.get(algorithm)).or(() -> content.map(algorithm::of));
  }
}
