package dev.countersign.transparency;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PublicKey;
import dev.countersign.signature.SimpleSigning;
import java.util.Optional;
import java.util.Set;

/// What a log recorded: that a signature by a key over a digest was seen ([hashedrekord
/// 0.0.1](https://github.com/sigstore/rekor/blob/main/pkg/types/hashedrekord/v0.0.1/hashedrekord_v0_0_1_schema.json)).
///
/// The log's own signature over the entry is not looked at here.
///
/// @param logIndex the place in the log, from 0
/// @param integratedTime seconds since 1970, as the log claims
/// @param payloadHash lower-case hex of the SHA-256 of what was signed
public record LogEntry(
    long logIndex, long integratedTime, Bytes signature, PublicKey key, String payloadHash) {
  private static final Set<String> KINDS = Set.of("hashedrekord", "rekord");

  /// Reads the entry that cosign keeps beside a signature in tag form:
  /// `{"SignedEntryTimestamp":…,"Payload":{"body":…,"integratedTime":…,"logIndex":…,"logID":…}}`.
  ///
  /// @throws FormatException if it is anything else, or an entry of another kind
  public static LogEntry parse(String text) throws FormatException {
    var payload = JsonValue.parseObject(Bytes.utf8(text)).getObject("Payload");
    var body = JsonValue.parseObject(Base64Text.decode(payload.getString("body")));
    requireKnownKind(body);
    var spec = body.getObject("spec");
    var signature = spec.getObject("signature");
    return new LogEntry(
        payload.getLong("logIndex"),
        payload.getLong("integratedTime"),
        Base64Text.decode(signature.getString("content")),
        key(signature),
        sha256(spec));
  }

  /// Why this entry is not about `sealed` as signed by `wanted`, in one line; empty if it is.
  ///
  /// Without this check any entry of the log would vouch for any signature (CVE-2022-23649,
  /// CVE-2026-22703).
  public Optional<String> mismatch(SimpleSigning.Sealed sealed, PublicKey wanted) {
    if (!signature.equals(sealed.signature())) {
      return Optional.of("the log entry is about another signature");
    }
    if (!key.equals(wanted)) {
      return Optional.of("the log entry is about another key, " + key.fingerprint());
    }
    if (!payloadHash.equals(sealed.payloadDigest().hex())) {
      return Optional.of("the log entry is about another payload, sha256:" + payloadHash);
    }
    return Optional.empty();
  }

  private static void requireKnownKind(JsonObject body) throws FormatException {
    var kind = body.getString("kind");
    var version = body.getString("apiVersion");
    if (!KINDS.contains(kind) || !version.equals("0.0.1")) {
      throw new FormatException(
          "expected a log entry of kind hashedrekord 0.0.1, got " + kind + " " + version);
    }
  }

  private static PublicKey key(JsonObject signature) throws FormatException {
    var pem = Base64Text.decode(signature.getObject("publicKey").getString("content"));
    return PublicKey.parsePem(pem.toUtf8());
  }

  private static String sha256(JsonObject spec) throws FormatException {
    var hash = spec.getObject("data").getObject("hash");
    if (!hash.getString("algorithm").equals("sha256")) {
      throw new FormatException("expected a sha256 log entry, got " + hash.getString("algorithm"));
    }
    return hash.getString("value");
  }
}
