package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobSignatureTest {
  private static final String OLD =
      "{\"base64Signature\":\"c2ln\",\"cert\":\"cGVt\","
          + "\"rekorBundle\":{\"SignedEntryTimestamp\":\"c2V0\",\"Payload\":{}}}";
  private static final String BUNDLE =
      "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
          + "\"verificationMaterial\":{\"publicKey\":{\"hint\":\"h\"}},"
          + "\"messageSignature\":{\"messageDigest\":{},\"signature\":\"c2ln\"}}";

  @Test
  void tellsABundleFromAnOldOne() throws FormatException {
    var old = assertInstanceOf(BlobSignature.Old.class, parse(OLD));

    assertEquals(Bytes.utf8("sig"), old.signature());
    assertEquals(Optional.of("cGVt"), old.certificate());
    assertEquals(OLD, old.toBytes().toUtf8());
    assertInstanceOf(BlobSignature.Bundled.class, parse(BUNDLE));
  }

  @Test
  void readsAnOldBundleWithoutWhatMayBeMissing() throws FormatException {
    for (var text :
        new String[] {
          "{\"base64Signature\":\"c2ln\"}",
          "{\"base64Signature\":\"c2ln\",\"cert\":\"\",\"rekorBundle\":null}"
        }) {
      assertEquals(
          new BlobSignature.Old(Bytes.utf8("sig"), Optional.empty(), Optional.empty()),
          parse(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "c2ln",
        "{\"base64Signature\":1}",
        "{\"base64Signature\":\"c2l\"}",
        "{\"base64Signature\":\"c2ln\",\"Cert\":\"\"}",
        "{\"base64Signature\":\"c2ln\",\"mediaType\":\"\"}",
        "{\"base64Signature\":\"c2ln\",\"base64Signature\":\"c2lo\"}",
        "{\"base64Signature\":\"c2ln\"} x"
      })
  void refusesOtherTexts(String text) {
    assertThrows(FormatException.class, () -> parse(text));
  }

  @Test
  void hostileBytesAreAValueOrAFormatException() {
    HostileInput.attack(7, BlobSignature::parse, Bytes.utf8(OLD), Bytes.utf8(BUNDLE));
  }

  private static BlobSignature parse(String text) throws FormatException {
    return BlobSignature.parse(Bytes.utf8(text));
  }
}
