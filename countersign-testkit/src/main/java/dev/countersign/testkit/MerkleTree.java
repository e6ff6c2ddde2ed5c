package dev.countersign.testkit;

import java.util.ArrayList;
import java.util.List;

/// The hashes of a log ([RFC 6962 §2.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1)),
/// computed anew each time. Not safe for several threads at once.
final class MerkleTree {
  private static final byte[] LEAF = {0};
  private static final byte[] NODE = {1};

  private final List<byte[]> leaves = new ArrayList<>();

  /// Appends an entry and returns its index.
  int add(byte[] entry) {
    leaves.add(leafHash(entry));
    return leaves.size() - 1;
  }

  int size() {
    return leaves.size();
  }

  static byte[] leafHash(byte[] entry) {
    return ServiceKey.sha256(LEAF, entry);
  }

  byte[] root() {
    return leaves.isEmpty() ? ServiceKey.sha256() : root(leaves);
  }

  /// The hashes beside the way from a leaf to the root, the lowest first.
  List<byte[]> proof(int index) {
    return proof(index, leaves);
  }

  /// The hashes of one level of [tiles](https://c2sp.org/tlog-tiles), those of whole subtrees only.
  List<byte[]> level(int level) {
    var width = 1 << (8 * level);
    var hashes = new ArrayList<byte[]>();
    for (var start = 0; start + width <= leaves.size(); start += width) {
      hashes.add(root(leaves.subList(start, start + width)));
    }
    return hashes;
  }

  private static byte[] root(List<byte[]> hashes) {
    if (hashes.size() == 1) {
      return hashes.getFirst();
    }
    var split = split(hashes.size());
    return ServiceKey.sha256(
        NODE, root(hashes.subList(0, split)), root(hashes.subList(split, hashes.size())));
  }

  private static List<byte[]> proof(int index, List<byte[]> hashes) {
    if (hashes.size() == 1) {
      return new ArrayList<>();
    }
    var split = split(hashes.size());
    var left = hashes.subList(0, split);
    var right = hashes.subList(split, hashes.size());
    var proof = index < split ? proof(index, left) : proof(index - split, right);
    proof.add(root(index < split ? right : left));
    return proof;
  }

  /// The largest power of two below `size`.
  private static int split(int size) {
    return Integer.highestOneBit(size - 1);
  }
}
