package dev.countersign.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
  /// The vectors of certificate-transparency's reference implementation.
  @Test
  void hasTheRootsOfTheReferenceImplementation() {
    var tree = new MerkleTree();
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex(tree.root()));
    for (var leaf : new String[] {"", "00", "10", "2021", "3031", "40414243"}) {
      tree.add(HexFormat.of().parseHex(leaf));
    }
    assertEquals(
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", hex(tree.root()));
  }

  @Test
  void proofsLeadToTheRoot() {
    var tree = new MerkleTree();
    for (var i = 0; i < 13; i++) {
      tree.add(new byte[] {(byte) i});
    }
    for (var i = 0; i < 13; i++) {
      var hash = MerkleTree.leafHash(new byte[] {(byte) i});
      int index = i;
      int last = 12;
      for (var beside : tree.proof(i)) {
        while (index % 2 == 0 && index == last) {
          index /= 2;
          last /= 2;
        }
        hash =
            index % 2 == 1
                ? ServiceKey.sha256(new byte[] {1}, beside, hash)
                : ServiceKey.sha256(new byte[] {1}, hash, beside);
        index /= 2;
        last /= 2;
      }
      assertArrayEquals(tree.root(), hash, "leaf " + i);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
