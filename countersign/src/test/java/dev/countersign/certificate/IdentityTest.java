package dev.countersign.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.DerVariation;
import dev.countersign.certificate.TestCertificate.Issued;
import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What stands in a certificate of its holder ([RFC 5280
/// §4.2.1.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6)).
class IdentityTest {
  private static final String SUBJECT_ALTERNATIVE_NAME = "551d11";
  private static final String FULCIO_USER_NAME = "2b0601040183bf300107";
  private static final String OLD_ISSUER = "2b0601040183bf300101";
  private static final String ISSUER = "2b0601040183bf300108";
  private static final byte[] EMAIL = name(0x81, "ci@example.com");
  private static final byte[] DNS = name(0x82, "ci.example.com");
  private static final byte[] URI = name(0x86, "https://example.com/ci");
  private static final byte[] ADDRESS = DerWriter.element(0x87, new byte[] {127, 0, 0, 1});

  private final Issued root = TestCertificate.root("root").issue();

  IdentityTest() throws FormatException {}

  @Test
  void readsNamesThatPeopleSignAs() throws FormatException {
    var identity = named(EMAIL, DNS, ADDRESS, URI, otherName(FULCIO_USER_NAME), otherName("2a03"));

    assertEquals(
        List.of("ci@example.com", "ci.example.com", "https://example.com/ci", "ci!example"),
        identity.subjects());
    assertEquals(
        "ci@example.com, ci.example.com, https://example.com/ci, ci!example", identity.toString());
  }

  @Test
  void isNobodyWithoutANameOrAnIssuer() throws FormatException {
    var identity = Identity.of(root.certificate());

    assertEquals(List.of(), identity.subjects());
    assertEquals(Optional.empty(), identity.issuer());
    assertEquals("nobody", identity.toString());
  }

  @Test
  void holdsEachNameToItsForm() throws FormatException {
    // A name less, and names of other kinds, are all the same.
    assertEquals(
        Set.of("more in ", "without 0", "without 1", "other tag 0", "other tag 1"),
        DerVariation.taken(
            Bytes.copyOf(DerWriter.sequence(URI, otherName(FULCIO_USER_NAME))), this::identity));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\n", "a\u007f", "a\u0000b", "é", " "})
  void refusesANameThatCannotBeSeen(String text) {
    for (int tag : new int[] {0x81, 0x82, 0x86}) {
      assertThrows(FormatException.class, () -> named(name(tag, text)));
    }
  }

  @Test
  void readsTheFirstAndTheLastVisibleCharacter() throws FormatException {
    assertEquals(List.of("!~"), named(name(0x86, "!~")).subjects());
  }

  @Test
  void readsThirtyTwoNamesAtMost() throws FormatException {
    assertEquals(32, named(Collections.nCopies(32, URI).toArray(byte[][]::new)).subjects().size());
    assertThrows(
        FormatException.class, () -> named(Collections.nCopies(33, URI).toArray(byte[][]::new)));
  }

  /// The old extension is bare text, the new one a UTF8String.
  @Test
  void readsTheIssuerOfTheTokenNewAndOld() throws FormatException {
    var old = unnamed().with(OLD_ISSUER, "https://old.example".getBytes(StandardCharsets.UTF_8));
    var text = DerWriter.element(DerReader.UTF8_STRING, new byte[] {'n', 'e', 'w'});

    assertEquals(
        Optional.of("https://old.example"), Identity.of(old.issue().certificate()).issuer());
    assertEquals(
        Optional.of("new"), Identity.of(old.with(ISSUER, text).issue().certificate()).issuer());
    assertEquals(
        Set.of(),
        DerVariation.taken(
            Bytes.copyOf(text),
            value -> Identity.of(unnamed().with(ISSUER, value.toArray()).issue().certificate())));
    assertThrows(
        FormatException.class,
        () ->
            Identity.of(
                unnamed().with(ISSUER, new byte[] {12, 1, 'a', 5, 0}).issue().certificate()));
  }

  private Identity named(byte[]... names) throws FormatException {
    return identity(Bytes.copyOf(DerWriter.sequence(names)));
  }

  private Identity identity(Bytes names) throws FormatException {
    return Identity.of(
        unnamed().with(SUBJECT_ALTERNATIVE_NAME, names.toArray()).issue().certificate());
  }

  private TestCertificate unnamed() {
    return TestCertificate.root("holder").by(root).authority(false);
  }

  private static byte[] name(int tag, String text) {
    return DerWriter.element(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] otherName(String type) {
    return DerWriter.element(
        0xa0,
        DerWriter.objectIdentifier(type),
        DerWriter.element(0xa0, name(DerReader.UTF8_STRING, "ci!example")));
  }
}
