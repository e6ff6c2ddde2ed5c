package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredicateTypeTest {
  private static final Instant NOW = Instant.parse("2026-11-25T03:12:59.5Z");

  private static String predicate(String type, String file) throws FormatException {
    return PredicateType.parse(type).predicate(Bytes.utf8(file), NOW).toUtf8();
  }

  @ParameterizedTest
  @CsvSource({
    "custom, https://cosign.sigstore.dev/attestation/v1",
    "slsaprovenance, https://slsa.dev/provenance/v0.2",
    "slsaprovenance02, https://slsa.dev/provenance/v0.2",
    "slsaprovenance1, https://slsa.dev/provenance/v1",
    "spdx, https://spdx.dev/Document",
    "spdxjson, https://spdx.dev/Document",
    "cyclonedx, https://cyclonedx.org/bom",
    "link, https://in-toto.io/Link/v1",
    "vuln, https://cosign.sigstore.dev/attestation/vuln/v1",
    "openvex, https://openvex.dev/ns",
    "https://e.x/y, https://e.x/y",
    "urn:a:b, urn:a:b"
  })
  void knowsTheNamesOfCosign(String name, String uri) throws FormatException {
    assertEquals(uri, PredicateType.parse(name).uri());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nonsense", "SPDX", "spdx ", "https://e.x/ y", "https:", "://x", "a:\u00fc"})
  void refusesOtherWords(String name) {
    assertThrows(FormatException.class, () -> PredicateType.parse(name));
  }

  @Test
  void refusesALongUri() throws FormatException {
    assertEquals(2_048, PredicateType.parse("x:" + "y".repeat(2_046)).uri().length());
    assertThrows(FormatException.class, () -> PredicateType.parse("x:" + "y".repeat(2_047)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slsaprovenance",
        "slsaprovenance1",
        "spdxjson",
        "cyclonedx",
        "vuln",
        "openvex",
        "urn:x"
      })
  void takesAnyJsonObjectAsItIs(String type) throws FormatException {
    assertEquals(
        "{\"z\":1,\"a\":2.50,\"b\":[]}", predicate(type, "{\"z\":1, \"a\":2.50,\n\"b\":[]}\n"));
    for (var other : new String[] {"[1]", "\"x\"", "null", "1", "", "no JSON", "{} {}"}) {
      assertThrows(FormatException.class, () -> predicate(type, other), other);
    }
  }

  @Test
  void putsTextInAString() throws FormatException {
    assertEquals("\"SPDXVersion: \\\"2\\\"\\n\"", predicate("spdx", "SPDXVersion: \"2\"\n"));
  }

  @Test
  void putsAnythingElseBesideTheTime() throws FormatException {
    assertEquals(
        "{\"Data\":\"{\\\"x\\\":1}\\n\",\"Timestamp\":\"2026-11-25T03:12:59Z\"}",
        predicate("custom", "{\"x\":1}\n"));
    assertEquals(
        predicate("custom", "x"), predicate("https://cosign.sigstore.dev/attestation/v1", "x"));
    var bytes = Bytes.copyOf(new byte[] {(byte) 0xff});
    assertThrows(FormatException.class, () -> PredicateType.parse("custom").predicate(bytes, NOW));
  }

  @Test
  void wantsAllMembersOfALink() throws FormatException {
    var link =
        "{\"_type\":\"link\",\"name\":\"n\",\"command\":[],\"materials\":{},\"products\":{},"
            + "\"byproducts\":{},\"environment\":null}";

    assertEquals(link, predicate("link", link));
    assertThrows(FormatException.class, () -> predicate("link", link.replace("command", "other")));
  }
}
