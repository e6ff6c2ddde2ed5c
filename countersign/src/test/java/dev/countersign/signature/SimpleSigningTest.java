package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimpleSigningTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final Digest IMAGE = Digest.of(Bytes.utf8("image"));
  private static final String GOOD =
      "{\"critical\":{\"identity\":{\"docker-reference\":\"r/a\"},\"image\":{\"docker-manifest-digest\":\""
          + IMAGE
          + "\"},\"type\":\"t\"},\"optional\":{\"a\":\"1\",\"n\":1}}";

  /// The literal bytes of cosign 2.5.0 and 3.1.1.
  @Test
  void writesCosignsBytes() throws FormatException {
    var plain = SimpleSigning.of("127.0.0.1:5201/t/leg", IMAGE, Map.of());
    var annotated =
        SimpleSigning.of("127.0.0.1:5201/t/leg", IMAGE, Map.of("k", "<v>", "env", "prod"));

    var start =
        "{\"critical\":{\"identity\":{\"docker-reference\":\"127.0.0.1:5201/t/leg\"},\"image\":{\"docker-manifest-digest\":\""
            + IMAGE
            + "\"},\"type\":\"cosign container image signature\"},\"optional\":";
    assertEquals(start + "null}", plain.toBytes().toUtf8());
    assertEquals(
        start + "{\"env\":\"prod\",\"k\":\"\\u003cv\\u003e\"}}", annotated.toBytes().toUtf8());
  }

  @Test
  void opensWithTheKeyThatSigned() throws FormatException {
    var opened = sealed(GOOD).openWith(KEY.publicKey()).orElseThrow();

    assertEquals(IMAGE, opened.claim().image());
    assertEquals("r/a", opened.claim().dockerReference());
    assertEquals(Optional.of(Map.of("a", "1")), opened.claim().about(opened.claim().image()));
  }

  @Test
  void staysShutForAnotherKey() throws FormatException {
    var other = SoftwareKey.generate(new SecureRandom());

    assertTrue(sealed(GOOD).openWith(other.publicKey()).isEmpty());
  }

  @Test
  void staysShutForAnotherKeyWhenItWasOpen() throws FormatException {
    var other = SoftwareKey.generate(new SecureRandom()).publicKey();
    var sealed = sealed(GOOD);

    assertTrue(sealed.openWith(KEY.publicKey()).isPresent());
    assertTrue(sealed.openWith(other).isEmpty());
    assertTrue(sealed.openWith(KEY.publicKey()).isPresent());
  }

  @Test
  void readsNothingOfBytesThatTheKeyDidNotSign() throws FormatException {
    var garbage = new SimpleSigning.Sealed(Bytes.utf8("no JSON"), Bytes.utf8("no signature"));

    assertTrue(garbage.openWith(KEY.publicKey()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"critical\":{}}",
        "%s\n{}",
        "%s\0",
        "{\"critical\":{\"identity\":{},\"image\":{\"docker-manifest-digest\":1},\"type\":\"t\"}}",
        "{\"critical\":{\"identity\":{},\"image\":{\"docker-manifest-digest\":\"sha512:ab\"}}}",
        "{\"Critical\":{},%c",
        "%t",
        "%d",
        "%i",
        "{\"critical\":{\"identity\":{},\"image\":{\"Docker-manifest-digest\":\"x\"}}}"
      })
  void refusesSignedBytesThatAreNoClaim(String template) {
    var text =
        template
            .replace("%s", GOOD)
            .replace("%c", GOOD.substring(1))
            .replace("%t", GOOD.replace("\"type\"", "\"Type\""))
            .replace(
                "%d", GOOD.replace("{\"docker-m", "{\"Docker-Manifest-Digest\":\"\",\"docker-m"))
            .replace("%i", GOOD.replace("docker-reference", "Docker-Reference"));

    assertThrows(FormatException.class, () -> sealed(text).openWith(KEY.publicKey()));
  }

  @Test
  void refusesAnOptionalPartThatIsNoObject() {
    var text = GOOD.replaceFirst("\"optional\":.*", "\"optional\":[]}");

    assertThrows(FormatException.class, () -> sealed(text).openWith(KEY.publicKey()));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attack(
        5,
        bytes -> new SimpleSigning.Sealed(bytes, KEY.sign(bytes)).openWith(KEY.publicKey()),
        Bytes.utf8(GOOD));
  }

  private static SimpleSigning.Sealed sealed(String payload) {
    var bytes = Bytes.utf8(payload);
    return new SimpleSigning.Sealed(bytes, KEY.sign(bytes));
  }
}
