package dev.countersign.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlgorithmIdentifierTest {
  @ParameterizedTest
  @CsvSource({
    "2a8648ce3d040302, SHA512, SHA256withECDSA",
    "2a8648ce3d040303, SHA512, SHA384withECDSA",
    "2a8648ce3d040304, SHA256, SHA512withECDSA",
    "2a864886f70d010101, SHA256, SHA256withRSA",
    "2a864886f70d010101, SHA384, SHA384withRSA",
    "2a864886f70d010101, SHA512, SHA512withRSA",
    "2a864886f70d01010b, SHA512, SHA256withRSA",
    "2a864886f70d01010c, SHA512, SHA384withRSA",
    "2a864886f70d01010d, SHA256, SHA512withRSA",
    "2b6570, SHA256, Ed25519"
  })
  void isCalledAsTheRuntimeDoes(String oid, HashAlgorithm hash, String name)
      throws FormatException {
    assertEquals(name, AlgorithmIdentifier.signature(identifier(oid), hash));
  }

  @Test
  void refusesOthers() {
    var sha1WithRsa = identifier("2a864886f70d010105");
    var sha1 = identifier("2b0e03021a");

    assertThrows(
        FormatException.class,
        () -> AlgorithmIdentifier.signature(sha1WithRsa, HashAlgorithm.SHA256));
    assertThrows(FormatException.class, () -> AlgorithmIdentifier.hash(sha1));
  }

  private static DerReader identifier(String oid) {
    return DerReader.of(DerWriter.objectIdentifier(oid));
  }
}
