package dev.countersign.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import org.junit.jupiter.api.Test;

class RekorTest {
  private static final String ANSWER =
      """
      {"24296fb24b8ad77a":{"body":"eyJhcGlWZXJzaW9uIjoiMC4wLjEiLCJraW5kIjoiaGFzaGVkcmVrb3JkIn0=",\
      "integratedTime":1700000000,"logID":"c0d2","logIndex":1005,"verification":{"inclusionProof":\
      {"checkpoint":"rekor - 1\\n6\\nAA==\\n","hashes":["0a","0b"],"logIndex":5,"rootHash":"0c",\
      "treeSize":6},"signedEntryTimestamp":"MEUC"}}}\
      """;

  @Test
  void readsAnEntryAsItsApiGivesIt() throws Exception {
    var entry = Rekor.parse(Bytes.utf8(ANSWER));
    assertEquals(1005, entry.logIndex());
    assertEquals("hashedrekord 0.0.1", entry.kind().orElseThrow().toString());
    var proof = entry.proof().orElseThrow();
    assertEquals(5, proof.logIndex());
    assertEquals(2, proof.hashes().size());
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attack(7, Rekor::parse, Bytes.utf8(ANSWER));
  }
}
