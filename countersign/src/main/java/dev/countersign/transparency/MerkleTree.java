package dev.countersign.transparency;

import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import java.util.List;
import java.util.Optional;

/// The hash tree of a log ([RFC 6962 §2.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1)),
/// with SHA-256.
final class MerkleTree {
  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private MerkleTree() {}

  /// The hash of an entry.
  static Bytes leaf(Bytes entry) {
    return hash(LEAF, entry);
  }

  /// The root of a tree of `size` entries whose entry `index` has the hash `leaf`, as `path` says
  /// ([RFC 9162 §2.1.3.2](https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2)); empty if the
  /// path is of another length.
  static Optional<Bytes> root(long index, long size, Bytes leaf, List<Bytes> path) {
    if (index < 0 || index >= size) {
      return Optional.empty();
    }
    long fn = index;
    long sn = size - 1;
    var hash = leaf;
    for (var sibling : path) {
      if (sn == 0) {
        return Optional.empty();
      }
      if ((fn & 1) == 1 || fn == sn) {
        hash = hash(NODE, sibling, hash);
        while (fn != 0 && (fn & 1) == 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        hash = hash(NODE, hash, sibling);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 ? Optional.of(hash) : Optional.empty();
  }

  private static Bytes hash(byte kind, Bytes... parts) {
    var digest = HashAlgorithm.SHA256.newDigest();
    digest.update(kind);
    for (var part : parts) {
      digest.update(part.asBuffer());
    }
    return Bytes.copyOf(digest.digest());
  }
}
