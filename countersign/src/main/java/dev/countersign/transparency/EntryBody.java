package dev.countersign.transparency;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.Pem;
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

  /// @param keyDetails the kind of key, where entries name it
  record Recorded(Bytes signature, Signatory signatory, String keyDetails) {
    private JsonObject toJson() {
      var verifier = JsonObject.empty().with("keyDetails", keyDetails);
      return JsonObject.empty()
          .with("content", Base64Text.encode(signature))
          .with(
              "verifier",
              switch (signatory) {
                case Signatory.ByKey(PublicKey key) -> verifier.with("publicKey", raw(key.spki()));
                case Signatory.ByCertificate(Bytes certificate) ->
                    verifier.with("x509Certificate", raw(certificate));
              });
    }

    private static JsonObject raw(Bytes der) {
      return JsonObject.empty().with("rawBytes", Base64Text.encode(der));
    }
  }

  /// What was hashed.
  sealed interface Hashed {
    HashAlgorithm algorithm();

    String hex();

    private JsonObject toJson() {
      return JsonObject.empty()
          .with("algorithm", algorithm().bundleName())
          .with("digest", Base64Text.encode(Bytes.copyOf(HexFormat.of().parseHex(hex()))));
    }

    /// The bytes under the signature.
    record Signed(HashAlgorithm algorithm, String hex) implements Hashed {}

    /// What lies in the envelope.
    record Payload(HashAlgorithm algorithm, String hex) implements Hashed {}
  }

  /// Whether Rekor 2 records entries of that kind, and Rekor 1 none.
  static boolean isOfTiles(LogEntry.Kind kind) {
    return kind.version().equals("0.0.2") && !kind.name().equals("intoto");
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
    var entry = parse(kind, JsonValue.parseObject(body).getObject("spec"));
    if (isOfTiles(kind) && !entry.rebuilt(kind).equals(body)) {
      throw new FormatException("expected nothing else in the log entry than what is compared");
    }
    return entry;
  }

  private static EntryBody parse(LogEntry.Kind kind, JsonObject spec) throws FormatException {
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
                pem(signature.getObject("publicKey").getString("content")),
                "")),
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
              pem(signature.getString("verifier")),
              ""));
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

  private static EntryBody intoto(JsonObject content) throws FormatException {
    var signatures = new ArrayList<Recorded>();
    for (var item : few(content.getObject("envelope").getArray("signatures"))) {
      var signature = item.asObject("a signature");
      signatures.add(
          new Recorded(
              twice(signature.getString("sig")), pem(signature.getString("publicKey")), ""));
    }
    var hash = content.getObject("payloadHash");
    return new EntryBody(signatures, new Hashed.Payload(algorithm(hash), hash.getString("value")));
  }

  /// The signature stands there in base64 of base64; where a log has it in base64, that is read.
  private static Bytes twice(String base64) throws FormatException {
    var once = Base64Text.decode(base64);
    try {
      return Base64Text.decode(once.toUtf8());
    } catch (FormatException e) {
      return once;
    }
  }

  private static Recorded recorded2(JsonObject signature) throws FormatException {
    var verifier = signature.getObject("verifier");
    return new Recorded(
        Base64Text.decode(signature.getString("content")),
        signatory2(verifier),
        verifier.findString("keyDetails").orElse(""));
  }

  private static Signatory signatory2(JsonObject verifier) throws FormatException {
    var certificate = verifier.findObject("x509Certificate");
    return certificate.isPresent()
        ? new Signatory.ByCertificate(Base64Text.decode(certificate.get().getString("rawBytes")))
        : new Signatory.ByKey(
            PublicKey.parseDer(
                Base64Text.decode(verifier.getObject("publicKey").getString("rawBytes"))));
  }

  /// The bytes that Rekor 2 hashes for this entry
  /// ([types](https://github.com/sigstore/rekor-tiles/tree/main/pkg/types)).
  private Bytes rebuilt(LogEntry.Kind kind) {
    var items = signatures.stream().<JsonValue>map(Recorded::toJson).toList();
    var spec =
        switch (hashed) {
          case Hashed.Signed signed ->
              JsonObject.empty()
                  .with(
                      "hashedRekordV002",
                      JsonObject.empty()
                          .with("data", hashed.toJson())
                          .with("signature", items.getFirst()));
          case Hashed.Payload payload ->
              JsonObject.empty()
                  .with(
                      "dsseV002",
                      JsonObject.empty()
                          .with("payloadHash", hashed.toJson())
                          .with("signatures", new JsonValue.JsonArray(items)));
        };
    return JsonObject.empty()
        .with("apiVersion", kind.version())
        .with("kind", kind.name())
        .with("spec", spec)
        .toBytes();
  }

  private static List<JsonValue> few(List<JsonValue> items) throws FormatException {
    if (items.size() > MAX_SIGNATURES) {
      throw new FormatException(
          "expected at most " + MAX_SIGNATURES + " signatures, got " + items.size());
    }
    return items;
  }

  private static Signatory pem(String base64) throws FormatException {
    var text = Base64Text.decode(base64).toUtf8();
    var block = Pem.parseFirst(text);
    return block.label().equals("CERTIFICATE")
        ? new Signatory.ByCertificate(block.content())
        : new Signatory.ByKey(PublicKey.parsePem(text));
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
    if (same.stream().noneMatch(one -> one.signatory().equals(wanted.signatory()))) {
      return Optional.of("the log entry is about another " + same.getFirst().signatory().text());
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
