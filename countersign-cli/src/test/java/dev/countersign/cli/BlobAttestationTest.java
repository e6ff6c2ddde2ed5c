package dev.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Attestations of files that a key signed, and that still prove nothing.
class BlobAttestationTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());
  private static final String TYPE = "https://e.x/y";

  @TempDir private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(folder.resolve("cosign.pub"), KEY.publicKey().toPem());
    Files.writeString(folder.resolve("blob"), "a file");
  }

  private static String statement(String type) {
    return """
    {"_type":"https://in-toto.io/Statement/v1","predicateType":"%s","predicate":{},\
    "subject":[{"name":"blob","digest":{"sha256":"%s"}}]}\
    """
        .formatted(type, Digest.of(Bytes.utf8("a file")).hex());
  }

  private static Envelope envelope(SoftwareKey key, String payloadType, String payload)
      throws IOException {
    var bytes = Bytes.utf8(payload);
    return new Envelope(payloadType, bytes, List.of(key.sign(Envelope.encode(payloadType, bytes))));
  }

  private static String bundle(Envelope envelope) throws FormatException {
    return Bundle.of(KEY.publicKey().hint(), new Bundle.Content.Enveloped(envelope))
        .toBytes()
        .toUtf8();
  }

  private static String oldBundle(Envelope envelope, SoftwareKey named) throws FormatException {
    return JsonObject.empty()
        .with("base64Signature", Base64Text.encode(envelope.toBytes()))
        .with("cert", Base64Text.encode(Bytes.utf8(named.publicKey().toPem())))
        .toBytes()
        .toUtf8();
  }

  private Peer.Run verify(String bundle, String... more) throws IOException {
    Files.writeString(folder.resolve("b.json"), bundle);
    var words =
        List.of(
            "verify-blob-attestation", "--key", "cosign.pub", "--type", TYPE, "--bundle", "b.json");
    var all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return OurCommand.runIn(folder, Map.of(), all.toArray(String[]::new));
  }

  private static void assertRefused(String reason, Peer.Run run) {
    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains(reason), run::toString);
  }

  @Test
  void verifiesWhatTheKeyAttested() throws Exception {
    var envelope = envelope(KEY, Envelope.IN_TOTO, statement(TYPE));

    assertEquals(0, verify(bundle(envelope), "blob").exit());
    assertEquals(0, verify(oldBundle(envelope, KEY), "blob").exit());
  }

  /// CVE-2026-39395: cosign passed over a payload that it could not parse.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "no JSON",
        "\"text\"",
        "[]",
        "null",
        "{}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\"}",
        "{\"_type\":\"x\",\"subject\":[],\"predicateType\":\"https://e.x/y\"}"
      })
  void cve202639395RefusesASignedPayloadThatIsNoStatement(String payload) throws Exception {
    var envelope = envelope(KEY, Envelope.IN_TOTO, payload);

    for (var form : List.of(bundle(envelope), oldBundle(envelope, KEY))) {
      assertRefused("failed to verify signature: malformed", verify(form, "blob"));
      assertRefused("malformed", verify(form, "--check-claims=false", "/dev/null"));
    }
  }

  /// CVE-2026-39395: cosign took a payload that is no string for none.
  @ParameterizedTest
  @ValueSource(strings = {"1", "{}", "null", "[\"e30=\"]"})
  void cve202639395RefusesAPayloadThatIsNoString(String payload) throws Exception {
    var envelope = envelope(KEY, Envelope.IN_TOTO, statement(TYPE));
    var json =
        JsonValue.parseObject(envelope.toBytes())
            .with("payload", JsonValue.parse(Bytes.utf8(payload)));
    var bundle = JsonValue.parseObject(Bytes.utf8(bundle(envelope))).with("dsseEnvelope", json);

    assertRefused("cannot use the attestation b.json", verify(bundle.toBytes().toUtf8(), "blob"));
  }

  /// CVE-2026-39395: cosign verified an attestation of another type than `--type`.
  @Test
  void cve202639395RefusesAnotherPredicateType() throws Exception {
    var envelope = envelope(KEY, Envelope.IN_TOTO, statement("https://e.x/z"));

    for (var form : List.of(bundle(envelope), oldBundle(envelope, KEY))) {
      var problem = "invalid predicate type, expected https://e.x/y got https://e.x/z";
      assertRefused(problem, verify(form, "blob"));
      assertRefused(problem, verify(form, "--check-claims=false", "/dev/null"));
    }
  }

  @Test
  void refusesAnEnvelopeOfAnotherPayloadType() throws Exception {
    for (var type : List.of("application/vnd.in-toto+json; x", "text/plain", "")) {
      var envelope = envelope(KEY, type, statement(TYPE));

      assertRefused("malformed", verify(bundle(envelope), "blob"));
    }
  }

  /// GHSA-fx35-mq7g-6g98: the key in an old bundle was asked instead of the caller's.
  @Test
  void ghsaFx35TakesNoKeyFromTheFile() throws Exception {
    var envelope = envelope(OTHER_KEY, Envelope.IN_TOTO, statement(TYPE));

    assertRefused("signed by another key", verify(oldBundle(envelope, OTHER_KEY), "blob"));
  }

  /// CVE-2022-36056: a bundle that could not be read was passed over.
  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "{\"base64Signature\":1}", "{\"base64Signature\":\"!\"}"})
  void cve202236056RefusesABundleThatIsNone(String bundle) throws Exception {
    assertRefused("cannot use the attestation b.json", verify(bundle, "blob"));
  }

  @Test
  void takesNoSignatureOfAFileForAnAttestation() throws Exception {
    var file = Bytes.utf8("a file");
    var message =
        new Bundle.Content.Message(
            HashAlgorithm.SHA256, HashAlgorithm.SHA256.of(file), KEY.sign(file));

    assertRefused(
        "expected an attestation, got a signature",
        verify(Bundle.of("", message).toBytes().toUtf8(), "blob"));
  }

  @Test
  void signsAWholeStatementAsItIs() throws Exception {
    var text = " " + statement(TYPE).replace("\"predicate\"", "\"extra\":1,\"predicate\"") + "\n";

    var envelope = new Signer(KEY, Map.of()).envelope(Bytes.utf8(text));

    assertEquals(text, new String(envelope.unverifiedPayload().toArray(), UTF_8));
    assertEquals(0, verify(bundle(envelope), "blob").exit());
  }
}
