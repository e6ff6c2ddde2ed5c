package dev.countersign.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SoftwareKey;
import dev.countersign.transparency.LogEntry.InclusionProof;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogEntryTest {
  private static final PublicKey KEY = SoftwareKey.generate(new SecureRandom()).publicKey();
  private static final PublicKey OTHER_KEY = SoftwareKey.generate(new SecureRandom()).publicKey();
  private static final Bytes MESSAGE = Bytes.utf8("what the signature is of");
  private static final Bytes PAYLOAD = Bytes.utf8("what lies in the envelope");
  private static final Bytes SIGNATURE = Bytes.utf8("sig");
  private static final LoggedSignature SIGNED =
      new LoggedSignature(SIGNATURE, KEY, MESSAGE, PAYLOAD);
  private static final String PEM = Base64Text.encode(Bytes.utf8(KEY.toPem()));
  private static final String SPEC =
      ("{\"data\":{\"hash\":{\"algorithm\":\"sha256\",\"value\":\"%s\"}},"
              + "\"signature\":{\"content\":\"c2ln\",\"publicKey\":{\"content\":\"%s\"}}}")
          .formatted(HashAlgorithm.SHA256.hexOf(MESSAGE), PEM);

  @Test
  void readsWhatCosignKeepsBesideASignature() throws FormatException {
    var entry = LogEntry.parse(entry("hashedrekord", "0.0.1", SPEC));

    assertEquals(7, entry.logIndex());
    assertEquals(1, entry.integratedTime());
    assertEquals(Optional.empty(), entry.mismatch(SIGNED));
  }

  /// The kinds that logs record, as Rekor writes them.
  @ParameterizedTest
  @MethodSource("bodies")
  void recognizesTheSignatureInEveryKind(String kind, String version, String spec)
      throws FormatException {
    var entry = LogEntry.parse(entry(kind, version, spec));

    assertEquals(Optional.empty(), entry.mismatch(SIGNED));
    assertTrue(
        entry
            .mismatch(new LoggedSignature(Bytes.utf8("other"), KEY, MESSAGE, PAYLOAD))
            .orElseThrow()
            .contains("another signature"));
    assertTrue(
        entry
            .mismatch(new LoggedSignature(SIGNATURE, OTHER_KEY, MESSAGE, PAYLOAD))
            .orElseThrow()
            .contains("another key"));
    assertTrue(
        entry
            .mismatch(new LoggedSignature(SIGNATURE, KEY, Bytes.utf8("other"), Bytes.utf8("other")))
            .orElseThrow()
            .contains("another payload"));
  }

  static List<Arguments> bodies() {
    return List.of(
        Arguments.of("hashedrekord", "0.0.1", SPEC),
        Arguments.of("rekord", "0.0.1", SPEC),
        Arguments.of(
            "hashedrekord",
            "0.0.2",
            "{\"hashedRekordV002\":{\"data\":{\"algorithm\":\"SHA2_256\",\"digest\":\"%s\"},"
                    .formatted(Base64Text.encode(HashAlgorithm.SHA256.of(MESSAGE)))
                + "\"signature\":{\"content\":\"c2ln\",\"verifier\":{\"keyDetails\":\"PKIX_ECDSA_P256_SHA_256\",\"publicKey\":{\"rawBytes\":\"%s\"}}}}}"
                    .formatted(Base64Text.encode(KEY.spki()))),
        Arguments.of(
            "dsse",
            "0.0.1",
            "{\"payloadHash\":{\"algorithm\":\"sha256\",\"value\":\"%s\"},"
                    .formatted(HashAlgorithm.SHA256.hexOf(PAYLOAD))
                + "\"signatures\":[{\"signature\":\"c2ln\",\"verifier\":\"%s\"}]}".formatted(PEM)),
        Arguments.of(
            "dsse",
            "0.0.2",
            "{\"dsseV002\":{\"payloadHash\":{\"algorithm\":\"SHA2_256\",\"digest\":\"%s\"},"
                    .formatted(Base64Text.encode(HashAlgorithm.SHA256.of(PAYLOAD)))
                + "\"signatures\":[{\"content\":\"c2ln\",\"verifier\":{\"keyDetails\":\"PKIX_ECDSA_P256_SHA_256\",\"publicKey\":{\"rawBytes\":\"%s\"}}}]}}"
                    .formatted(Base64Text.encode(KEY.spki()))),
        Arguments.of(
            "intoto",
            "0.0.2",
            "{\"content\":{\"payloadHash\":{\"algorithm\":\"sha256\",\"value\":\"%s\"},"
                    .formatted(HashAlgorithm.SHA256.hexOf(PAYLOAD))
                + "\"envelope\":{\"signatures\":[{\"sig\":\"%s\",\"publicKey\":\"%s\"}]}}}"
                    .formatted(Base64Text.encode(Bytes.utf8("c2ln")), PEM)));
  }

  /// Rekor 2 records what it has rebuilt from what is compared here; there is no place for more.
  @ParameterizedTest
  @MethodSource("bodies")
  void recordsNothingElseInAnEntryOfRekor2(String kind, String version, String spec)
      throws FormatException {
    var more = LogEntry.parse(entry(kind, version, "{\"more\":1," + spec.substring(1)));

    if (spec.contains("V002")) {
      assertThrows(FormatException.class, () -> more.mismatch(SIGNED));
    } else {
      assertEquals(Optional.empty(), more.mismatch(SIGNED));
    }
  }

  @Test
  void refusesAKindThatItDoesNotKnow() throws FormatException {
    for (var entry : List.of(entry("dsse", "0.0.9", SPEC), entry("hashedrekord", "0.0.3", SPEC))) {
      var parsed = LogEntry.parse(entry);
      assertThrows(FormatException.class, () -> parsed.mismatch(SIGNED));
    }
  }

  @Test
  void refusesABodyOfAnotherKindThanTheBundleSays() throws FormatException {
    var body = Base64Text.encode(Bytes.utf8(body("hashedrekord", "0.0.1", SPEC)));
    var json =
        "{\"logIndex\":\"7\",\"logId\":{\"keyId\":\"AAA=\"},\"kindVersion\":{\"kind\":\"dsse\","
            + "\"version\":\"0.0.1\"},\"canonicalizedBody\":\"%s\"}".formatted(body);

    var entry = LogEntry.parseBundled(Bytes.utf8(json));

    assertThrows(FormatException.class, () -> entry.mismatch(SIGNED));
  }

  @Test
  void writesABundlesEntryAsItRead() throws FormatException {
    var body = Base64Text.encode(Bytes.utf8(body("hashedrekord", "0.0.1", SPEC)));
    var json =
        "{\"logIndex\":\"7\",\"logId\":{\"keyId\":\"AAA=\"},\"kindVersion\":"
            + "{\"kind\":\"hashedrekord\",\"version\":\"0.0.1\"},\"integratedTime\":\"9\","
            + "\"inclusionPromise\":{\"signedEntryTimestamp\":\"c2V0\"},\"inclusionProof\":"
            + "{\"logIndex\":\"3\",\"rootHash\":\"AAA=\",\"treeSize\":\"5\",\"hashes\":[\"AAA=\"],"
            + "\"checkpoint\":{\"envelope\":\"log\\n5\\n\"}},\"canonicalizedBody\":\"%s\"}"
                .formatted(body);

    assertEquals(json, LogEntry.parseBundled(Bytes.utf8(json)).toBundled().toUtf8());
  }

  @Test
  void refusesMoreInACheckpointThanItsEnvelope() {
    var json =
        bundled(
            ",\"inclusionProof\":{\"logIndex\":\"3\",\"rootHash\":\"AAA=\",\"treeSize\":\"5\","
                + "\"hashes\":[],\"checkpoint\":{\"envelope\":\"log\",\"more\":1}}");

    assertThrows(FormatException.class, () -> LogEntry.parseBundled(Bytes.utf8(json)));
  }

  @Test
  void writesABundlesEntryWithoutWhatItDoesNotHave() throws FormatException {
    var bare = bundled("");
    var proven =
        bundled(
            ",\"inclusionProof\":{\"logIndex\":\"3\",\"rootHash\":\"AAA=\",\"treeSize\":\"5\","
                + "\"hashes\":[]}");

    assertEquals(bare, LogEntry.parseBundled(Bytes.utf8(bare)).toBundled().toUtf8());
    assertEquals(proven, LogEntry.parseBundled(Bytes.utf8(proven)).toBundled().toUtf8());
  }

  @Test
  void writesTheKindOfAnEntryInTagFormAsItsBodySays() throws FormatException {
    var entry = LogEntry.parse(entry("hashedrekord", "0.0.1", SPEC)).toBundled().toUtf8();

    assertTrue(
        entry.contains("\"kindVersion\":{\"kind\":\"hashedrekord\",\"version\":\"0.0.1\"}"), entry);
  }

  @Test
  void refusesUnknownMembersOfAnEntryAndOfItsProof() {
    var entry = bundled(",\"extra\":1");
    var proof = bundled(",\"inclusionProof\":{\"extra\":1,\"rootHash\":\"AAA=\"}");

    assertThrows(FormatException.class, () -> LogEntry.parseBundled(Bytes.utf8(entry)));
    assertThrows(FormatException.class, () -> LogEntry.parseBundled(Bytes.utf8(proof)));
  }

  @Test
  void readsAtMost64HashesOfAProof() throws FormatException {
    var most = LogEntry.parseBundled(Bytes.utf8(bundled(proofOf(64))));

    assertEquals(64, most.proof().orElseThrow().hashes().size());
    assertThrows(
        FormatException.class, () -> LogEntry.parseBundled(Bytes.utf8(bundled(proofOf(65)))));
  }

  @Test
  void readsThePromiseOfAnEntryInTagFormIfThereIsOne() throws FormatException {
    var promised = "{\"SignedEntryTimestamp\":\"c2V0\",";
    var entry = entry("hashedrekord", "0.0.1", SPEC);

    assertEquals(Optional.empty(), LogEntry.parse(entry).promise());
    assertEquals(
        Optional.of(Bytes.utf8("set")), LogEntry.parse(promised + entry.substring(1)).promise());
  }

  /// Logs of version 2 promise nothing, so there is no tag form of their entries.
  @Test
  void writesAnEntryInTagFormAsItReadItIfItHasAPromise() throws FormatException {
    var bare = entry("hashedrekord", "0.0.1", SPEC);
    var promised = "{\"SignedEntryTimestamp\":\"c2V0\"," + bare.substring(1);

    assertEquals(promised, LogEntry.parse(promised).toText());
    assertThrows(FormatException.class, () -> LogEntry.parse(bare).toText());
  }

  @Test
  void isProvenByHashesThatLeadToTheRootThatItNames() {
    var body = Bytes.utf8("{}");
    var proven = new TestLog().proven(body);
    var elsewhere = new InclusionProof(0, 1, MerkleTree.leaf(MESSAGE), List.of(), "");

    assertTrue(proven.isProvenByHashes());
    assertFalse(TestLog.withProof(proven, Optional.of(elsewhere)).isProvenByHashes());
    assertFalse(TestLog.withProof(proven, Optional.empty()).isProvenByHashes());
  }

  @Test
  void hasNoNegativeIndexOrTime() {
    for (var of : List.of(List.of(-1L, 0L), List.of(0L, -1L))) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new LogEntry(
                  SIGNATURE,
                  of.getFirst(),
                  of.getLast(),
                  Optional.empty(),
                  MESSAGE,
                  Optional.empty(),
                  Optional.empty()));
    }
  }

  @Test
  void readsAtMostSoManySignaturesOfABody() throws FormatException {
    for (var count : List.of(EntryBody.MAX_SIGNATURES, EntryBody.MAX_SIGNATURES + 1)) {
      var signature = "{\"signature\":\"c2ln\",\"verifier\":\"%s\"}".formatted(PEM);
      var spec =
          "{\"payloadHash\":{\"algorithm\":\"sha256\",\"value\":\"%s\"},\"signatures\":[%s]}"
              .formatted(
                  HashAlgorithm.SHA256.hexOf(PAYLOAD),
                  String.join(",", Collections.nCopies(count, signature)));
      var entry = LogEntry.parse(entry("dsse", "0.0.1", spec));

      if (count == EntryBody.MAX_SIGNATURES) {
        assertEquals(Optional.empty(), entry.mismatch(SIGNED));
      } else {
        assertThrows(FormatException.class, () -> entry.mismatch(SIGNED));
      }
    }
  }

  private static String proofOf(int hashes) {
    return ",\"inclusionProof\":{\"rootHash\":\"AAA=\",\"hashes\":[%s]}"
        .formatted(String.join(",", Collections.nCopies(hashes, "\"AAA=\"")));
  }

  private static String bundled(String evidence) {
    return "{\"logIndex\":\"7\",\"logId\":{\"keyId\":\"AAA=\"},\"kindVersion\":{\"kind\":\"dsse\","
        + "\"version\":\"0.0.1\"}"
        + evidence
        + ",\"canonicalizedBody\":\"e30=\"}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "\"-1\"", "1.0", "1e3", "\"+1\"", "\"01\"", "\"\"", "9223372036854775808"})
  void refusesAPlaceThatIsNone(String number) {
    var json =
        "{\"logIndex\":"
            + number
            + ",\"logId\":{\"keyId\":\"AAA=\"},\"kindVersion\":{\"kind\":"
            + "\"dsse\",\"version\":\"0.0.1\"},\"canonicalizedBody\":\"\"}";

    assertThrows(FormatException.class, () -> LogEntry.parseBundled(Bytes.utf8(json)));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(6, LogEntry::parse, entry("hashedrekord", "0.0.1", SPEC));
    for (var of : bodies()) {
      var body = body(text(of, 0), text(of, 1), text(of, 2));
      HostileInput.attack(
          7, bytes -> LogEntry.parse(around(bytes)).mismatch(SIGNED), Bytes.utf8(body));
    }
  }

  private static String text(Arguments arguments, int at) {
    return String.valueOf(arguments.get()[at]);
  }

  private static String entry(String kind, String version, String spec) {
    return around(Bytes.utf8(body(kind, version, spec)));
  }

  private static String body(String kind, String version, String spec) {
    return "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"spec\":%s}".formatted(version, kind, spec);
  }

  private static String around(Bytes body) {
    return "{\"Payload\":{\"body\":\"%s\",\"integratedTime\":1,\"logIndex\":7,\"logID\":\"00\"}}"
        .formatted(Base64Text.encode(body));
  }
}
