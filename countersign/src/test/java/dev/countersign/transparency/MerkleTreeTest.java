package dev.countersign.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Against the definition of trees and paths, written out.
class MerkleTreeTest {
  private static final int MOST = 20;

  @Test
  void findsTheRootOfEveryEntryOfSmallTrees() {
    for (int size = 1; size <= MOST; size++) {
      var leaves = leaves(size);
      for (int index = 0; index < size; index++) {
        var path = path(index, leaves);
        assertEquals(
            Optional.of(root(leaves)),
            MerkleTree.root(index, size, leaves.get(index), path),
            index + " of " + size);
      }
    }
  }

  @Test
  void refusesPathsOfAnotherLengthEntryOrTree() {
    var leaves = leaves(7);
    var path = path(3, leaves);
    var longer = new ArrayList<>(path);
    longer.add(leaves.getFirst());

    assertEquals(Optional.empty(), MerkleTree.root(3, 7, leaves.get(3), longer));
    assertEquals(Optional.empty(), MerkleTree.root(3, 7, leaves.get(3), path.subList(0, 2)));
    assertEquals(Optional.empty(), MerkleTree.root(7, 7, leaves.get(3), path));
    assertEquals(Optional.empty(), MerkleTree.root(-1, 7, leaves.get(3), path));
    assertEquals(Optional.empty(), MerkleTree.root(0, 0, leaves.get(3), List.of()));
    assertNotEquals(Optional.of(root(leaves)), MerkleTree.root(2, 7, leaves.get(3), path));
    assertNotEquals(Optional.of(root(leaves)), MerkleTree.root(3, 7, leaves.get(2), path));
  }

  private static List<Bytes> leaves(int size) {
    var leaves = new ArrayList<Bytes>();
    for (int i = 0; i < size; i++) {
      leaves.add(MerkleTree.leaf(Bytes.utf8("entry " + i)));
    }
    return leaves;
  }

  private static Bytes root(List<Bytes> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    return node(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
  }

  private static List<Bytes> path(int index, List<Bytes> leaves) {
    if (leaves.size() == 1) {
      return List.of();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    var left = leaves.subList(0, split);
    var right = leaves.subList(split, leaves.size());
    var path = new ArrayList<>(index < split ? path(index, left) : path(index - split, right));
    path.add(index < split ? root(right) : root(left));
    return path;
  }

  private static Bytes node(Bytes left, Bytes right) {
    var out = new ByteArrayOutputStream();
    out.write(1);
    out.writeBytes(left.toArray());
    out.writeBytes(right.toArray());
    return HashAlgorithm.SHA256.of(Bytes.copyOf(out.toByteArray()));
  }
}
