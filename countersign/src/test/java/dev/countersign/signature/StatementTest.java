package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Statement.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTest {
  private static final Digest IMAGE = Digest.of(Bytes.utf8("image"));
  private static final Digest OTHER = Digest.of(Bytes.utf8("other"));

  /// Byte for byte what cosign 3.1 signs.
  @Test
  void writesASignatureAsCosignDoes() throws FormatException {
    assertEquals(
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":\""
            + IMAGE.hex()
            + "\"},\"annotations\":{\"env\":\"prod\",\"k\":\"v\"}}],\"predicateType\":"
            + "\"https://sigstore.dev/cosign/sign/v1\",\"predicate\":{}}",
        Statement.signature(IMAGE, Map.of("k", "v", "env", "prod")).toBytes().toUtf8());
  }

  @Test
  void writesAnAttestation() throws FormatException {
    var statement =
        Statement.attestation(
            Subject.of("r/app", IMAGE), "https://spdx.dev/Document", Bytes.utf8("{\"n\": 1.50}"));

    assertEquals(
        "{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"subject\":[{\"name\":\"r/app\","
            + "\"digest\":{\"sha256\":\""
            + IMAGE.hex()
            + "\"}}],\"predicateType\":\"https://spdx.dev/Document\",\"predicate\":{\"n\":1.50}}",
        statement.toBytes().toUtf8());
    assertEquals(statement, Statement.parse(statement.toBytes()));
  }

  /// cosign up to 3.0.4 wrote no predicate.
  @Test
  void readsAStatementWithoutPredicate() throws FormatException {
    var statement = Statement.parse(Bytes.utf8(json(subject(IMAGE, ""), "")));

    assertEquals("null", statement.predicate().toUtf8());
    assertEquals(Optional.of(Map.of()), statement.about(IMAGE));
    assertEquals(Optional.empty(), statement.about(OTHER));
  }

  @Test
  void isAboutEachOfItsSubjectsWithThatSubjectsAnnotations() throws FormatException {
    var two =
        subject(OTHER, ",\"annotations\":{\"of\":\"other\"}")
            + ","
            + subject(IMAGE, ",\"annotations\":{\"of\":\"image\",\"number\":1}");
    var statement = Statement.parse(Bytes.utf8(json(two, "")));

    assertEquals(Optional.of(Map.of("of", "image")), statement.about(IMAGE));
    assertEquals(List.of(OTHER, IMAGE), statement.images());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha512", "SHA256", "sha-256", "gitCommit"})
  void isAboutNothingByOtherAlgorithms(String algorithm) throws FormatException {
    var subject = "{\"digest\":{\"" + algorithm + "\":\"" + IMAGE.hex() + "\"}}";
    var statement = Statement.parse(Bytes.utf8(json(subject, "")));

    assertEquals(Optional.empty(), statement.about(IMAGE));
    assertEquals(List.of(), statement.images());
  }

  @Test
  void isNotAboutAnImageWhoseDigestIsSpeltInUpperCase() throws FormatException {
    var subject =
        "{\"digest\":{\"sha256\":\"" + IMAGE.hex().toUpperCase(java.util.Locale.ROOT) + "\"}}";

    assertEquals(Optional.empty(), Statement.parse(Bytes.utf8(json(subject, ""))).about(IMAGE));
  }

  @Test
  void ignoresWhatItDoesNotKnowAsTheSpecificationWants() throws FormatException {
    var statement = Statement.parse(Bytes.utf8(json(subject(IMAGE, ",\"x\":1"), ",\"y\":[]")));

    assertEquals(Optional.of(Map.of()), statement.about(IMAGE));
  }

  /// CVE-2024-45395: an unbounded loop over subjects.
  @Test
  void refusesMoreSubjectsThanItReads_CVE_2024_45395() throws FormatException {
    assertEquals(1_024, Statement.parse(Bytes.utf8(json(subjects(1_024), ""))).subjects().size());
    assertThrows(
        FormatException.class, () -> Statement.parse(Bytes.utf8(json(subjects(1_025), ""))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"_type\":\"https://in-toto.io/Statement/v2\",\"subject\":[{\"digest\":{}}],\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[],\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{}}]}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{}}],\"predicateType\":\"\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[1],\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":1}}],\"predicateType\":\"t\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{}}],\"predicateType\":\"t\",\"PredicateType\":\"u\"}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{}}],\"predicateType\":\"t\"}x",
      })
  void refusesWhatIsNoStatement(String json) {
    assertThrows(FormatException.class, () -> Statement.parse(Bytes.utf8(json)));
  }

  @Test
  void refusesASubjectsMemberInAnotherCase() {
    var json = json(subject(IMAGE, ",\"Digest\":{}"), "");

    assertThrows(FormatException.class, () -> Statement.parse(Bytes.utf8(json)));
  }

  @Test
  void readsAtMost32DigestsOfASubject() throws FormatException {
    assertEquals(
        32,
        Statement.parse(Bytes.utf8(json(digests(32), ""))).subjects().getFirst().digests().size());
    assertThrows(FormatException.class, () -> Statement.parse(Bytes.utf8(json(digests(33), ""))));
  }

  @Test
  void equalsWhatSaysTheSame() throws FormatException {
    var one = Statement.signature(IMAGE, Map.of());

    assertEquals(Statement.signature(IMAGE, Map.of()), one);
    assertEquals(Statement.signature(IMAGE, Map.of()).hashCode(), one.hashCode());
    assertNotEquals(Statement.signature(IMAGE, Map.of()).hashCode(), 0);
    assertNotEquals(Statement.signature(OTHER, Map.of()), one);
    assertNotEquals(Statement.signature(IMAGE, Map.of("a", "1")), one);
    for (var change :
        Map.of(
                "Statement/v1", "Statement/v0.1",
                "cosign/sign/v1", "cosign/sign/v2",
                "{}}", "{\"a\":1}}")
            .entrySet()) {
      var text = one.toBytes().toUtf8().replace("\"annotations\":{},", "");
      var changed = text.replace(change.getKey(), change.getValue());
      assertNotEquals(text, changed);
      assertNotEquals(Statement.parse(Bytes.utf8(changed)), Statement.parse(Bytes.utf8(text)));
    }
    assertNotEquals(one, (Object) "a");
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attack(
        12, Statement::parse, Statement.signature(IMAGE, Map.of("a", "b")).toBytes());
  }

  private static String digests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"hash" + i + "\":\"00\"")
        .collect(Collectors.joining(",", "{\"digest\":{", "}}"));
  }

  private static String subjects(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> subject(IMAGE, ""))
        .collect(Collectors.joining(","));
  }

  private static String subject(Digest digest, String more) {
    return "{\"digest\":{\"sha256\":\"" + digest.hex() + "\"}" + more + "}";
  }

  private static String json(String subjects, String more) {
    return "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":["
        + subjects
        + "],\"predicateType\":\"t\""
        + more
        + "}";
  }
}
