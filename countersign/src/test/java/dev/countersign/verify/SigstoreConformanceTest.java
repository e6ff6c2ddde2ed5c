package dev.countersign.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.Conformance;
import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Digest;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Signature;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.trust.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The cases of the sigstore-conformance suite, each with the file and with its digest: what must
/// be refused is refused for its own reason.
class SigstoreConformanceTest {
  private static final Instant NOW = Instant.parse("2026-11-28T00:00:00Z");
  private static final String SUBJECT =
      "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
  private static final String ISSUER = "https://token.actions.githubusercontent.com";

  /// Why each is refused.
  private static final Map<String, String> REFUSALS =
      Map.ofEntries(
          Map.entry(
              "bundle-empty-certificate-chain_fail",
              "malformed: expected 1 to 16 certificates, got 0"),
          Map.entry(
              "bundle-invalid-base64-signature_fail",
              "malformed: expected base64, got 31 other characters"),
          Map.entry(
              "bundle-negative-log-index_fail",
              "malformed: expected a logIndex that is not negative, got -1"),
          Map.entry(
              "bundle-with-root-cert_fail",
              "malformed: expected no root certificate in the bundle, got one"),
          Map.entry(
              "checkpoint-bad-keyhint_fail", "log-refuted: the log did not sign the checkpoint"),
          Map.entry(
              "dsse-invalid-sig_fail", "other-log-entry: the log entry is about another signature"),
          Map.entry(
              "dsse-mismatch-sig_fail",
              "other-log-entry: the log entry is about another signature"),
          Map.entry(
              "inclusion-proof-corrupted-hash_fail",
              "log-refuted: the proof of inclusion leads to another root"),
          Map.entry(
              "integrated-time-in-future_fail",
              "untrusted-certificate: the certificate is valid from 2026-05-07T15:18:10Z until"
                  + " 2026-05-07T15:28:10Z, and not at 2026-05-07T15:34:11Z"),
          Map.entry(
              "intoto-log-entry-mismatch_fail",
              "other-log-entry: the log entry is about another signature"),
          Map.entry(
              "intoto-set-outside-signing-cert-validity_fail",
              "untrusted-certificate: the certificate is valid from 2023-02-01T00:00:00Z until"
                  + " 2023-02-01T00:10:00Z, and not at 2023-02-02T00:00:00Z"),
          Map.entry(
              "invalid-ct-key_fail",
              "certificate-not-logged: expected the promise of 1 trusted logs to publish the"
                  + " certificate, got 0"),
          Map.entry(
              "managed-key-no-key_fail",
              "signed-with-key: signed with a key, not with a certificate"),
          Map.entry(
              "message-digest-mismatch_fail",
              "other-file: signs another file,"
                  + " sha256:a1cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf"),
          Map.entry(
              "rekor2-checkpoint-missing-log-signature_fail",
              "log-refuted: the log did not sign the checkpoint"),
          Map.entry(
              "rekor2-checkpoint-missing-root-hash_fail",
              "log-refuted: expected origin, size and root in the checkpoint, got less"),
          Map.entry(
              "rekor2-dsse-invalid-sig_fail",
              "other-log-entry: the log entry is about another signature"),
          Map.entry(
              "rekor2-dsse-mismatch-sig_fail",
              "other-log-entry: the log entry is about another signature"),
          Map.entry(
              "rekor2-no-inclusion-proof_fail",
              "malformed: expected an inclusion proof in the log entry, got none"),
          Map.entry(
              "rekor2-timestamp-outside-trust-root-tsa-validity_fail",
              "no-proven-time: nobody trusted says when it was signed: the timestamp authority"
                  + " counts from 2025-04-09T00:00:00Z until 2025-06-01T00:00:00Z, and not at"
                  + " 2025-06-12T12:02:20Z"),
          Map.entry(
              "rekor2-timestamp-payload-mismatch_fail",
              "other-timestamp: the timestamp is about another signature"),
          Map.entry(
              "rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail",
              "no-proven-time: nobody trusted says when it was signed: no trusted authority signed"
                  + " the timestamp"),
          Map.entry(
              "signature-mismatch_fail",
              "other-log-entry: the log entry is about another signature"),
          Map.entry(
              "wrong-hashedrekord-artifact_fail",
              "other-log-entry: the log entry is about another signature"),
          Map.entry(
              "wrong-hashedrekord-entry_fail",
              "other-log-entry: the log entry is about another signature"));

  private static final String VERIFIED = "verified";

  @TestFactory
  Stream<DynamicTest> judgesEachCase() throws IOException {
    var cases = Conformance.path("sigstore/cases");
    var names = new TreeSet<>(REFUSALS.keySet());
    try (var folders = Files.list(cases)) {
      folders.forEach(folder -> names.add(String.valueOf(folder.getFileName())));
    }
    return names.stream()
        .flatMap(name ->
            Stream.of("file", "digest")
                .map(mode ->
                    DynamicTest.dynamicTest(
                        name + " by its " + mode,
                        () ->
                            assertEquals(
                                REFUSALS.getOrDefault(name, VERIFIED),
                                judge(cases.resolve(name), mode.equals("file"))))));
  }

  private static String judge(Path folder, boolean isWhole) throws IOException {
    try {
      var bundle = Bundle.parse(read(folder.resolve("bundle.sigstore.json")));
      var artifact = read(find(folder, "artifact").orElse(Conformance.path("sigstore/a.txt")));
      var hash = HashAlgorithm.SHA256.of(artifact);
      var blob = isWhole ? Blob.of(artifact) : Blob.ofHash(HashAlgorithm.SHA256, hash);
      return switch (bundle.content()) {
        case Bundle.Content.Message message -> {
          var result =
              BlobVerifier.verify(blob, new BlobSignature.Bundled(bundle), authority(folder), NOW);
          yield switch (result) {
            case BlobResult.Verified verified -> VERIFIED;
            case BlobResult.Rejected rejected -> describe(rejected.reason());
          };
        }
        case Bundle.Content.Enveloped enveloped -> {
          var type = enveloped.envelope().unverifiedPredicateType().orElse("");
          var result =
              Verifier.verify(
                  Digest.of(artifact),
                  new Signature.Bundled(bundle),
                  authority(folder),
                  new Claims.Attestation(type),
                  NOW);
          yield switch (result) {
            case VerificationResult.Verified verified -> VERIFIED;
            case VerificationResult.Rejected rejected -> describe(rejected.reason());
          };
        }
      };
    } catch (FormatException e) {
      return "malformed: " + e.problem();
    }
  }

  private static String describe(VerificationResult.Reason reason) {
    return reason instanceof VerificationResult.Reason.Malformed
        ? reason.text()
        : reason.code() + ": " + reason.text();
  }

  private static Authority authority(Path folder) throws IOException, FormatException {
    var root =
        TrustedRoot.parse(
            read(
                find(folder, "trusted_root.json")
                    .orElse(Conformance.path("sigstore/trusted_root_public_good.json"))));
    var key = find(folder, "key.pub");
    if (key.isPresent()) {
      return new Authority.Key(
          "key.pub",
          PublicKey.parsePem(read(key.get()).toUtf8()),
          Validity.ALWAYS,
          Optional.of(new Witnessing(root, 1, 0, 0)));
    }
    return new Authority.Keyless(
        "signer",
        IdentityMatch.exactly(text(folder, "identity", SUBJECT), text(folder, "issuer", ISSUER)),
        Witnessing.byLogs(root));
  }

  private static String text(Path folder, String name, String otherwise)
      throws IOException, FormatException {
    var file = find(folder, name);
    return file.isEmpty() ? otherwise : read(file.get()).toUtf8().strip();
  }

  private static Optional<Path> find(Path folder, String name) {
    return Optional.of(folder.resolve(name)).filter(Files::exists);
  }

  private static Bytes read(Path file) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(file));
  }
}
