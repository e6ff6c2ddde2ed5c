package dev.countersign.transparency;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PublicKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What a log recorded: that signatures by keys over a hash were seen
/// ([types](https://github.com/sigstore/rekor/tree/main/pkg/types)).
///
/// @param signatures one, or those of an envelope
record EntryBody(List<Recorded> signatures, Hashed hashed) {
  static final int MAX_SIGNATURES = 32;

  EntryBody {
    signatures = List.copyOf(signatures);
  }

  record Recorded(Bytes signature, PublicKey key) {}

  /// What was hashed.
  sealed interface Hashed {
    HashAlgorithm algorithm();

    String hex();

    /// The bytes under the signature.
    record Signed(HashAlgorithm algorithm, String hex) implements Hashed {}

    /// What lies in the envelope.
    record Payload(HashAlgorithm algorithm, String hex) implements Hashed {}
  }

  static LogEntry.Kind kind(Bytes body) throws FormatException {
    var json = JsonValue.parseObject(body);
    return new LogEntry.Kind(json.getString("kind"), json.getString("apiVersion"));
  }

  /// @param claimed the kind that stands beside the body, which must be the body's own
  static EntryBody parse(Bytes body, Optional<LogEntry.Kind> claimed) throws FormatException {
    var kind = kind(body);
    if (!claimed.orElse(kind).equals(kind)) {
      throw new FormatException("expected a log entry of kind " + claimed.get() + ", got " + kind);
    }
    var spec = JsonValue.parseObject(body).getObject("spec");
    return switch (kind.toString()) {
      case "hashedrekord 0.0.1", "rekord 0.0.1" -> hashedRekord(spec);
      case "hashedrekord 0.0.2" -> hashedRekord2(spec.getObject("hashedRekordV002"));
      case "dsse 0.0.1" -> dsse(spec);
      case "dsse 0.0.2" -> dsse2(spec.getObject("dsseV002"));
      case "intoto 0.0.2" -> intoto(spec.getObject("content"));
      default ->
          throw new FormatException(
              "expected a log entry of kind hashedrekord, dsse or intoto 0.0.2, got " + kind);
    };
  }

  private static EntryBody hashedRekord(JsonObject spec) throws FormatException {
    var signature = spec.getObject("signature");
    var hash = spec.getObject("data").getObject("hash");
    return new EntryBody(
        List.of(
            new Recorded(
                Base64Text.decode(signature.getString("content")),
                pem(signature.getObject("publicKey").getString("content")))),
        new Hashed.Signed(algorithm(hash), hash.getString("value")));
  }

  private static EntryBody hashedRekord2(JsonObject spec) throws FormatException {
    var data = spec.getObject("data");
    return new EntryBody(
        List.of(recorded2(spec.getObject("signature"))),
        new Hashed.Signed(algorithm(data), hex(data.getString("digest"))));
  }

  private static EntryBody dsse(JsonObject spec) throws FormatException {
    var signatures = new ArrayList<Recorded>();
    for (var item : few(spec.getArray("signatures"))) {
      var signature = item.asObject("a signature");
      signatures.add(
          new Recorded(
              Base64Text.decode(signature.getString("signature")),
              pem(signature.getString("verifier"))));
    }
    var hash = spec.getObject("payloadHash");
    return new EntryBody(signatures, new Hashed.Payload(algorithm(hash), hash.getString("value")));
  }

  private static EntryBody dsse2(JsonObject spec) throws FormatException {
    var signatures = new ArrayList<Recorded>();
    for (var item : few(spec.getArray("signatures"))) {
      signatures.add(recorded2(item.asObject("a signature")));
    }
    var hash = spec.getObject("payloadHash");
    return new EntryBody(
        signatures, new Hashed.Payload(algorithm(hash), hex(hash.getString("digest"))));
  }

  /// The signature stands here in base64 of base64.
  private static EntryBody intoto(JsonObject content) throws FormatException {
    var signatures = new ArrayList<Recorded>();
    for (var item : few(content.getObject("envelope").getArray("signatures"))) {
      var signature = item.asObject("a signature");
      signatures.add(
          new Recorded(
              Base64Text.decode(Base64Text.decode(signature.getString("sig")).toUtf8()),
              pem(signature.getString("publicKey"))));
    }
    var hash = content.getObject("payloadHash");
    return new EntryBody(signatures, new Hashed.Payload(algorithm(hash), hash.getString("value")));
  }

  private static Recorded recorded2(JsonObject signature) throws FormatException {
    var key = signature.getObject("verifier").getObject("publicKey").getString("rawBytes");
    return new Recorded(
        Base64Text.decode(signature.getString("content")),
        PublicKey.parseDer(Base64Text.decode(key)));
  }

  private static List<JsonValue> few(List<JsonValue> items) throws FormatException {
    if (items.size() > MAX_SIGNATURES) {
      throw new FormatException(
          "expected at most " + MAX_SIGNATURES + " signatures, got " + items.size());
    }
    return items;
  }

  private static PublicKey pem(String base64) throws FormatException {
    return PublicKey.parsePem(Base64Text.decode(base64).toUtf8());
  }

  private static HashAlgorithm algorithm(JsonObject hash) throws FormatException {
    return HashAlgorithm.parse(hash.getString("algorithm"));
  }

  private static String hex(String base64) throws FormatException {
    return hex(Base64Text.decode(base64));
  }

  private static String hex(Bytes bytes) {
    return HexFormat.of().formatHex(bytes.toArray());
  }

  Optional<String> mismatch(LoggedSignature wanted) {
    var same =
        signatures.stream().filter(one -> one.signature().equals(wanted.signature())).toList();
    if (same.isEmpty()) {
      return Optional.of("the log entry is about another signature");
    }
    if (same.stream().noneMatch(one -> one.key().equals(wanted.key()))) {
      return Optional.of(
          "the log entry is about another key, " + same.getFirst().key().fingerprint());
    }
    var bytes =
        switch (hashed) {
          case Hashed.Signed signed -> wanted.signed();
          case Hashed.Payload payload -> wanted.payload();
        };
    return bytes.hash(hashed.algorithm()).map(EntryBody::hex).equals(Optional.of(hashed.hex()))
        ? Optional.empty()
        : Optional.of("the log entry is about another payload, " + hashed.hex());
  }
}
