package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
  private static final String V3 = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String V1 = "application/vnd.dev.sigstore.bundle+json;version=0.1";
  private static final String KEY = "\"publicKey\":{\"hint\":\"aGludA==\"}";
  private static final String CERTIFICATE = "\"certificate\":{\"rawBytes\":\"MAA=\"}";
  private static final String CHAIN =
      "\"x509CertificateChain\":{\"certificates\":[{\"rawBytes\":\"MAA=\"}]}";
  private static final String ENVELOPE =
      "\"dsseEnvelope\":{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\","
          + "\"signatures\":[{\"sig\":\"c2ln\"}]}";
  private static final String MESSAGE =
      "\"messageSignature\":{\"messageDigest\":{\"algorithm\":\"SHA2_256\",\"digest\":\"AAA=\"},"
          + "\"signature\":\"c2ln\"}";
  private static final String PROOF =
      ",\"inclusionProof\":{\"logIndex\":\"1\",\"rootHash\":\"AAA=\",\"treeSize\":\"2\","
          + "\"hashes\":[\"AAA=\"],\"checkpoint\":{\"envelope\":\"x\"}}";
  private static final String PROMISE = ",\"inclusionPromise\":{\"signedEntryTimestamp\":\"c2V0\"}";

  @Test
  void writesWhatItReads() throws FormatException {
    for (var content : List.of(ENVELOPE, MESSAGE)) {
      for (var material :
          List.of(
              KEY,
              CERTIFICATE,
              KEY + ",\"tlogEntries\":[" + entry(1, PROOF) + "]",
              KEY
                  + ",\"timestampVerificationData\":{\"rfc3161Timestamps\":[{\"signedTimestamp\":"
                  + "\"MAA=\"}]}")) {
        var json = bundle(V3, material, content);

        assertEquals(json, Bundle.parse(Bytes.utf8(json)).toBytes().toUtf8());
      }
    }
  }

  @Test
  void readsBothKindsOfContent() throws FormatException {
    var enveloped = parse(bundle(V3, KEY, ENVELOPE)).content();
    var message = parse(bundle(V3, KEY, MESSAGE)).content();

    assertInstanceOf(Bundle.Content.Enveloped.class, enveloped);
    assertEquals(
        HashAlgorithm.SHA256,
        assertInstanceOf(Bundle.Content.Message.class, message).digest().orElseThrow().algorithm());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "application/json",
        "application/vnd.dev.sigstore.bundle+json;version=0.4",
        "application/vnd.dev.sigstore.bundle.v0.4+json",
        "application/vnd.dev.sigstore.bundle.v0.3+json; charset=utf-8",
        "application/vnd.dev.sigstore.bundle.V0.3+json"
      })
  void refusesUnknownMediaTypes(String mediaType) {
    refuses(bundle(mediaType, KEY, ENVELOPE), "expected a bundle of version 0.1 to 0.3");
  }

  @ParameterizedTest
  @CsvSource({
    "application/vnd.dev.sigstore.bundle+json;version=0.1, promise",
    "application/vnd.dev.sigstore.bundle+json;version=0.2, proof",
    "application/vnd.dev.sigstore.bundle+json;version=0.3, proof",
    "application/vnd.dev.sigstore.bundle.v0.3+json, proof",
  })
  void wantsOfALogEntryWhatItsVersionWants(String mediaType, String wanted) throws FormatException {
    var both = KEY + ",\"tlogEntries\":[" + entry(1, PROMISE + PROOF) + "]";
    var less =
        KEY + ",\"tlogEntries\":[" + entry(1, wanted.equals("promise") ? PROOF : PROMISE) + "]";

    assertEquals(1, parse(bundle(mediaType, both, ENVELOPE)).logEntries().size());
    refuses(bundle(mediaType, less, ENVELOPE), "expected an inclusion " + wanted);
  }

  @Test
  void refusesAChainInVersion3() throws FormatException {
    var old = "application/vnd.dev.sigstore.bundle+json;version=0.2";

    assertInstanceOf(
        Bundle.Material.Certificates.class, parse(bundle(old, CHAIN, ENVELOPE)).material());
    refuses(bundle(V3, CHAIN, ENVELOPE), "got a chain");
  }

  @Test
  void refusesNoneOrSeveralOfWhatThereMustBeOne() {
    refuses(bundle(V3, "", ENVELOPE), "expected one of publicKey");
    refuses(bundle(V3, KEY + "," + CERTIFICATE, ENVELOPE), "expected one of publicKey");
    refuses(bundle(V3, KEY, ENVELOPE + "," + MESSAGE), "expected one of dsseEnvelope");
    refuses(
        "{\"mediaType\":\"" + V3 + "\",\"verificationMaterial\":{" + KEY + "}}", "expected one");
    refuses("{\"mediaType\":\"" + V3 + "\"," + ENVELOPE + "}", "\"verificationMaterial\"");
    refuses(
        bundle(V3, "\"x509CertificateChain\":{\"certificates\":[]}", ENVELOPE)
            .replace(".v0.3+json", "+json;version=0.1"),
        "expected 1 to 16 certificates");
  }

  @Test
  void refusesTwoSignaturesInTheEnvelope() {
    var two = ENVELOPE.replace("{\"sig\":\"c2ln\"}", "{\"sig\":\"c2ln\"},{\"sig\":\"c2ln\"}");

    refuses(bundle(V3, KEY, two), "expected one signature in the bundle, got 2");
  }

  /// cosign drops such bundles without a word, and says that there is no signature.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"mediaType\"|{\"extra\":1,\"mediaType\"",
        "\"hint\"|\"x\":1,\"hint\"",
        "\"publicKey\"|\"x\":1,\"publicKey\"",
        "\"payloadType\"|\"x\":1,\"payloadType\"",
        "\"mediaType\"|\"media_type\":\"x\",\"mediaType\"",
      })
  void refusesUnknownMembersByName(String text, String replacement) {
    refuses(bundle(V3, KEY, ENVELOPE).replace(text, replacement), "expected none but the members");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"rawBytes\"",
        "\"certificates\"",
        "\"rfc3161Timestamps\"",
        "\"signedTimestamp\"",
        "\"messageDigest\"",
        "\"algorithm\"",
        "\"sig\"",
      })
  void refusesUnknownMembersBesideEachThatItKnows(String name) throws FormatException {
    var times =
        ",\"timestampVerificationData\":{\"rfc3161Timestamps\":[{\"signedTimestamp\":\"MAA=\"}]}";
    for (var content : List.of(ENVELOPE, MESSAGE)) {
      var good = bundle(V1, CHAIN + times, content);
      assertEquals(1, parse(good).timestamps().size());

      if (good.contains(name)) {
        refuses(good.replace(name, "\"x\":1," + name), "expected none but the members");
      }
    }
  }

  @Test
  void readsAChainOfAtMost16Certificates() throws FormatException {
    assertEquals(
        16,
        assertInstanceOf(
                Bundle.Material.Certificates.class,
                parse(bundle(V1, chain(16), ENVELOPE)).material())
            .chain()
            .size());
    refuses(bundle(V1, chain(17), ENVELOPE), "expected 1 to 16 certificates, got 17");
  }

  @Test
  void refusesACertificateOfNoBytes() {
    refuses(bundle(V3, CERTIFICATE.replace("MAA=", ""), ENVELOPE), "expected a certificate");
  }

  @Test
  void writesNoOldBundleWhoseEntryHasNoProof() throws FormatException {
    var promised =
        parse(bundle(V1, KEY + ",\"tlogEntries\":[" + entry(1, PROMISE) + "]", ENVELOPE));

    assertThrows(FormatException.class, promised::toBytes);
  }

  /// CVE-2024-45395: unbounded loops over log entries and timestamps.
  @Test
  void refusesMoreLogEntriesAndTimestampsThanItReads_CVE_2024_45395() throws FormatException {
    var most = parse(bundle(V3, KEY + entriesAndTimestamps(32, 32), ENVELOPE));
    assertEquals(32, most.logEntries().size());
    assertEquals(32, most.timestamps().size());

    refuses(bundle(V3, KEY + entriesAndTimestamps(33, 32), ENVELOPE), "at most 32 log");
    refuses(bundle(V3, KEY + entriesAndTimestamps(32, 33), ENVELOPE), "at most 32 timestamps");
  }

  /// CVE-2026-49834: one log entry counted twice.
  @Test
  void refusesALogEntryThatIsThereTwice_CVE_2026_49834() throws FormatException {
    var once = KEY + ",\"tlogEntries\":[" + entry(1, PROOF) + "," + entry(2, PROOF) + "]";
    var twice = KEY + ",\"tlogEntries\":[" + entry(1, PROOF) + "," + entry(1, PROOF) + "]";

    assertEquals(2, parse(bundle(V3, once, ENVELOPE)).logEntries().size());
    refuses(bundle(V3, twice, ENVELOPE), "expected each log entry once");
  }

  @Test
  void refusesATimestampThatIsThereTwice() {
    var one = "{\"signedTimestamp\":\"MAA=\"}";
    var twice =
        ",\"timestampVerificationData\":{\"rfc3161Timestamps\":[%s,%s]}".formatted(one, one);

    refuses(bundle(V3, KEY + twice, ENVELOPE), "expected each timestamp once");
  }

  @Test
  void refusesAProofWithoutItsCheckpoint() {
    for (var none : List.of("null", "{}", "{\"envelope\":\"\"}", "{\"ENVELOPE\":\"x\"}")) {
      var proof = PROOF.replace("{\"envelope\":\"x\"}", none);

      refuses(
          bundle(V3, KEY + ",\"tlogEntries\":[" + entry(1, PROMISE + proof) + "]", ENVELOPE),
          "expected");
    }
  }

  @Test
  void refusesDuplicateNamesAndTrailingBytes() {
    refuses(bundle(V3, KEY, ENVELOPE + "," + ENVELOPE), "expected JSON");
    refuses(bundle(V3, KEY, ENVELOPE) + "{}", "expected");
    refuses("\ufeff" + bundle(V3, KEY, ENVELOPE), "expected JSON");
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attack(
        13,
        Bundle::parse,
        Bytes.utf8(bundle(V3, KEY + ",\"tlogEntries\":[" + entries(2) + "]", ENVELOPE)),
        Bytes.utf8(bundle(V3, CERTIFICATE, MESSAGE)));
  }

  private static String chain(int count) {
    return CHAIN.replaceFirst(
        "\\{\"rawBytes\":\"MAA=\"}",
        IntStream.range(0, count)
            .mapToObj(i -> "{\"rawBytes\":\"MAA=\"}")
            .collect(Collectors.joining(",")));
  }

  private static String entriesAndTimestamps(int entries, int timestamps) {
    return ",\"tlogEntries\":["
        + entries(entries)
        + "],\"timestampVerificationData\":{\"rfc3161Timestamps\":["
        + IntStream.range(0, timestamps)
            .mapToObj(i -> "{\"signedTimestamp\":\"MA%02d\"}".formatted(i))
            .collect(Collectors.joining(","))
        + "]}";
  }

  private static String entries(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> entry(i, PROOF))
        .collect(Collectors.joining(","));
  }

  private static String entry(int index, String evidence) {
    return "{\"logIndex\":\""
        + index
        + "\",\"logId\":{\"keyId\":\"AAA=\"},\"kindVersion\":{\"kind\":\"dsse\",\"version\":"
        + "\"0.0.1\"}"
        + evidence
        + ",\"canonicalizedBody\":\"e30=\"}";
  }

  private static String bundle(String mediaType, String material, String content) {
    return "{\"mediaType\":\""
        + mediaType
        + "\",\"verificationMaterial\":{"
        + material
        + "},"
        + content
        + "}";
  }

  private static Bundle parse(String json) throws FormatException {
    return Bundle.parse(Bytes.utf8(json));
  }

  private static void refuses(String json, String why) {
    var problem = assertThrows(FormatException.class, () -> parse(json)).problem();
    assertTrue(problem.contains(why), problem);
  }
}
