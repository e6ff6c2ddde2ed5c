package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());
  private static final Digest IMAGE = Digest.of(Bytes.utf8("image"));
  private static final Bytes STATEMENT = Statement.signature(IMAGE, Map.of("a", "1")).toBytes();

  /// The example of the specification.
  @Test
  void encodesAsTheSpecificationDoes() throws FormatException {
    assertEquals(
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        Envelope.encode("http://example.com/HelloWorld", Bytes.utf8("hello world")).toUtf8());
  }

  @Test
  void countsBytesNotCharacters() throws FormatException {
    assertEquals("DSSEv1 2 é 3 €", Envelope.encode("é", Bytes.utf8("€")).toUtf8());
  }

  @Test
  void opensWithTheKeyThatSignedOnly() throws FormatException {
    var envelope = parse(STATEMENT, Envelope.IN_TOTO, KEY);

    assertEquals(
        Optional.of(Map.of("a", "1")),
        envelope.openWith(KEY.publicKey()).orElseThrow().claim().about(IMAGE));
    assertTrue(envelope.openWith(OTHER_KEY.publicKey()).isEmpty());
  }

  @Test
  void opensByAnyOfItsSignatures() throws FormatException {
    var signed = Envelope.encode(Envelope.IN_TOTO, STATEMENT);
    var envelope =
        new Envelope(
            Envelope.IN_TOTO, STATEMENT, List.of(OTHER_KEY.sign(signed), KEY.sign(signed)));

    assertTrue(envelope.openWith(KEY.publicKey()).isPresent());
  }

  /// What one key has proved is nothing to another, and each proves the signature it made.
  @Test
  void opensEachTimeByTheKeyThatIsAsked() throws FormatException {
    var signed = Envelope.encode(Envelope.IN_TOTO, STATEMENT);
    var first = KEY.sign(signed);
    var second = OTHER_KEY.sign(signed);
    var envelope = new Envelope(Envelope.IN_TOTO, STATEMENT, List.of(first, second));
    var stranger = SoftwareKey.generate(new SecureRandom()).publicKey();

    for (int i = 0; i < 2; i++) {
      assertEquals(first, envelope.openWith(KEY.publicKey()).orElseThrow().signature());
      assertEquals(first, envelope.openWith(KEY.publicKey()).orElseThrow().signature());
      assertTrue(envelope.openWith(stranger).isEmpty());
      assertEquals(second, envelope.openWith(OTHER_KEY.publicKey()).orElseThrow().signature());
    }
  }

  /// The signature covers the type: bytes that were signed as something else are no statement.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.in-toto+json; x",
        "application/vnd.in-toto+JSON",
        "text/plain",
        ""
      })
  void refusesSignedPayloadsOfAnotherType(String type) throws FormatException {
    var envelope = parse(STATEMENT, type, KEY);

    assertThrows(FormatException.class, () -> envelope.openWith(KEY.publicKey()));
    assertEquals(Optional.empty(), envelope.unverifiedPredicateType());
  }

  @Test
  void staysShutWhenTheTypeWasChangedAfterSigning() throws FormatException {
    var signature = KEY.sign(Envelope.encode("text/plain", STATEMENT));
    var envelope = new Envelope(Envelope.IN_TOTO, STATEMENT, List.of(signature));

    assertTrue(envelope.openWith(KEY.publicKey()).isEmpty());
  }

  @Test
  void staysShutForASignatureOfThePayloadAlone() throws FormatException {
    var envelope = new Envelope(Envelope.IN_TOTO, STATEMENT, List.of(KEY.sign(STATEMENT)));

    assertTrue(envelope.openWith(KEY.publicKey()).isEmpty());
  }

  @Test
  void readsEitherAlphabetOfBase64ButNotBothAtOnce() throws FormatException {
    var payload = Bytes.copyOf(new byte[] {(byte) 0xfb, (byte) 0xff, (byte) 0xfe});

    assertEquals(payload, Base64Text.decodeEither("+//+"));
    assertEquals(payload, Base64Text.decodeEither("-__-"));
    assertThrows(FormatException.class, () -> Base64Text.decodeEither("-//-"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{}]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"*\"}]}",
        "{\"payload\":\"e30\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"c2ln\"}]}",
        "{\"payload\":{},\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"c2ln\"}]}",
        "{\"Payload\":\"e30=\",\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"c2ln\"}]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"c2ln\",\"Sig\":\"c2ln\"}]}",
        "{\"payload\":\"e30=\",\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"c2ln\"}]}",
      })
  void refusesWhatIsNoEnvelope(String json) {
    assertThrows(FormatException.class, () -> Envelope.parse(Bytes.utf8(json)));
  }

  @Test
  void readsAtMost32Signatures() throws FormatException {
    assertEquals(32, Envelope.parse(withSignatures(32)).signatures().size());
    assertThrows(FormatException.class, () -> Envelope.parse(withSignatures(33)));
  }

  @Test
  void encodesATypeThatIsLongerThanThePayload() throws FormatException {
    var type = "t".repeat(100);

    assertEquals("DSSEv1 100 " + type + " 0 ", Envelope.encode(type, Bytes.utf8("")).toUtf8());
  }

  @Test
  void equalsWhatHasTheSameTypePayloadAndSignatures() {
    var one = new Envelope("t", STATEMENT, List.of(Bytes.utf8("s")));

    assertEquals(new Envelope("t", STATEMENT, List.of(Bytes.utf8("s"))), one);
    assertEquals(new Envelope("t", STATEMENT, List.of(Bytes.utf8("s"))).hashCode(), one.hashCode());
    assertNotEquals(0, one.hashCode());
    assertNotEquals(new Envelope("u", STATEMENT, List.of(Bytes.utf8("s"))), one);
    assertNotEquals(new Envelope("t", Bytes.utf8("{}"), List.of(Bytes.utf8("s"))), one);
    assertNotEquals(new Envelope("t", STATEMENT, List.of(Bytes.utf8("r"))), one);
    assertNotEquals(one, (Object) "t");
  }

  @Test
  void survivesHostileInput() {
    var good = new Envelope(Envelope.IN_TOTO, STATEMENT, List.of(KEY.sign(STATEMENT))).toBytes();
    HostileInput.attack(11, Envelope::parse, good);
  }

  private static Bytes withSignatures(int count) {
    var signatures = Collections.nCopies(count, Bytes.utf8("s"));
    return new Envelope("t", STATEMENT, signatures).toBytes();
  }

  private static Envelope parse(Bytes payload, String type, SoftwareKey key)
      throws FormatException {
    var signature = key.sign(Envelope.encode(type, payload));
    var text = new Envelope(type, payload, List.of(signature)).toBytes();
    return Envelope.parse(text);
  }
}
