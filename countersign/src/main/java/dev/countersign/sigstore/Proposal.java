package dev.countersign.sigstore;

import dev.countersign.certificate.Certificate;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PublicKey;
import dev.countersign.signature.Bundle;
import dev.countersign.transparency.LogEntry;
import dev.countersign.transparency.LoggedSignature;
import dev.countersign.transparency.Signatory;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What a log is asked to record: a signature, what it is of, and who made it.
///
/// @param certificate of the key, where there is one
public record Proposal(Bundle.Content content, PublicKey key, Optional<Certificate> certificate) {

  /// The JSON text of an entry of [Rekor's first
  /// version](https://github.com/sigstore/rekor/blob/main/openapi.yaml): `dsse` or `hashedrekord`.
  ///
  /// @throws FormatException if the log takes no such signature
  Bytes first() throws FormatException {
    var verifier = Base64Text.encode(Bytes.utf8(pem()));
    return switch (content) {
      case Bundle.Content.Enveloped(var envelope) ->
          entry(
              "dsse",
              JsonObject.empty()
                  .with(
                      "proposedContent",
                      JsonObject.empty()
                          .with("envelope", envelope.toBytes().toUtf8())
                          .with(
                              "verifiers",
                              new JsonValue.JsonArray(
                                  List.of(new JsonValue.JsonString(verifier))))));
      case Bundle.Content.Message message -> {
        requireHashed();
        var digest = digest(message);
        yield entry(
            "hashedrekord",
            JsonObject.empty()
                .with(
                    "data",
                    JsonObject.empty()
                        .with(
                            "hash",
                            JsonObject.empty()
                                .with("algorithm", digest.algorithm().toString())
                                .with("value", hex(digest.hash()))))
                .with(
                    "signature",
                    JsonObject.empty()
                        .with("content", Base64Text.encode(message.signature()))
                        .with("publicKey", JsonObject.empty().with("content", verifier))));
      }
    };
  }

  private static Bytes entry(String kind, JsonObject spec) {
    return JsonObject.empty()
        .with("apiVersion", "0.0.1")
        .with("kind", kind)
        .with("spec", spec)
        .toBytes();
  }

  /// The JSON text of an entry of the [second
  /// version](https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md), which is always a
  /// `hashedrekord`: of an envelope its pre-authentication encoding is hashed.
  ///
  /// @throws FormatException if the log takes no such signature
  Bytes second() throws FormatException {
    requireHashed();
    var algorithm = key.scheme().hash().orElseThrow();
    var digest =
        signed()
            .hash(algorithm)
            .orElseThrow(() -> new FormatException("expected the hash by " + algorithm));
    return JsonObject.empty()
        .with(
            "hashedRekordRequestV002",
            JsonObject.empty()
                .with("digest", Base64Text.encode(digest))
                .with(
                    "signature",
                    JsonObject.empty()
                        .with("content", Base64Text.encode(signature()))
                        .with("verifier", verifier())))
        .toBytes();
  }

  private JsonObject verifier() throws FormatException {
    return JsonObject.empty()
        .with(
            certificate.isPresent() ? "x509Certificate" : "publicKey",
            JsonObject.empty().with("rawBytes", Base64Text.encode(der())))
        .with("keyDetails", KeyDetails.of(key));
  }

  private Bytes der() {
    return certificate.map(Certificate::der).orElse(key.spki());
  }

  /// Refuses an answer that does not prove that this was recorded, and nothing else: any other
  /// entry would vouch for another signature (CVE-2022-23649).
  ///
  /// @throws FormatException with what is wrong
  void requireRecorded(LogEntry entry) throws FormatException {
    var mismatch = entry.mismatch(logged());
    if (mismatch.isPresent()) {
      throw new FormatException("expected the log to record this signature: " + mismatch.get());
    }
    if (!entry.isProvenByHashes()) {
      throw new FormatException(
          "expected a proof that the log holds the entry, got hashes that lead elsewhere");
    }
  }

  private LoggedSignature logged() {
    var signatory =
        certificate
            .<Signatory>map(one -> new Signatory.ByCertificate(one.der()))
            .orElseGet(() -> new Signatory.ByKey(key));
    return new LoggedSignature(signature(), signatory, signed(), payload());
  }

  Bytes signature() {
    return switch (content) {
      case Bundle.Content.Enveloped(var envelope) -> envelope.signatures().getFirst();
      case Bundle.Content.Message message -> message.signature();
    };
  }

  private Blob signed() {
    return switch (content) {
      case Bundle.Content.Enveloped(var envelope) -> Blob.of(envelope.signedBytes());
      case Bundle.Content.Message message -> hashed(message);
    };
  }

  private Blob payload() {
    return switch (content) {
      case Bundle.Content.Enveloped(var envelope) -> Blob.of(envelope.unverifiedPayload());
      case Bundle.Content.Message message -> hashed(message);
    };
  }

  private static Blob hashed(Bundle.Content.Message message) {
    var digest = message.digest().orElseThrow();
    return Blob.ofHash(digest.algorithm(), digest.hash());
  }

  private static Bundle.MessageDigest digest(Bundle.Content.Message message)
      throws FormatException {
    return message
        .digest()
        .orElseThrow(() -> new FormatException("expected the hash of the file, got none"));
  }

  private void requireHashed() throws FormatException {
    if (key.scheme().hash().isEmpty()) {
      throw new FormatException(
          "expected an ECDSA or RSA key, got Ed25519, whose signatures over whole files this log"
              + " does not take");
    }
  }

  private String pem() {
    return certificate.map(Certificate::toPem).orElseGet(key::toPem);
  }

  private static String hex(Bytes bytes) {
    return HexFormat.of().formatHex(bytes.toArray());
  }
}
