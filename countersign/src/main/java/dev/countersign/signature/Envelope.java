package dev.countersign.signature;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.key.PublicKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A statement and its signatures, not yet believed
/// ([DSSE](https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md)).
///
/// The bytes are kept as they came, and nobody reads them before a key has vouched for them.
public final class Envelope {
  /// The type of an in-toto statement; envelopes of other payloads prove nothing here.
  public static final String IN_TOTO = "application/vnd.in-toto+json";

  private static final int MAX_SIGNATURES = 32;

  private final String payloadType;
  private final Bytes payload;
  private final Proofs proofs;

  /// @param signatures of [#encode]d payload, at least one
  public Envelope(String payloadType, Bytes payload, List<Bytes> signatures) {
    this.payloadType = payloadType;
    this.payload = payload;
    this.proofs = new Proofs(signatures);
  }

  /// Reads an envelope's JSON text. Base64 may be of either alphabet, as the specification wants;
  /// `keyid` is not read: nobody signed it.
  ///
  /// @throws FormatException if it is none, or holds no signature
  public static Envelope parse(Bytes json) throws FormatException {
    return parse(JsonValue.parseObject(json));
  }

  static Envelope parse(JsonObject json) throws FormatException {
    json.refuseOtherSpellings("payload", "payloadType", "signatures");
    var signatures = new ArrayList<Bytes>();
    var items = json.getArray("signatures");
    if (items.isEmpty() || items.size() > MAX_SIGNATURES) {
      throw new FormatException("expected 1 to 32 signatures in the envelope, got " + items.size());
    }
    for (var item : items) {
      var signature = item.asObject("a signature");
      signature.refuseOtherSpellings("sig", "keyid");
      signatures.add(Base64Text.decodeEither(signature.getString("sig")));
    }
    return new Envelope(
        json.getString("payloadType"),
        Base64Text.decodeEither(json.getString("payload")),
        signatures);
  }

  /// The JSON text that cosign writes for this envelope.
  public Bytes toBytes() {
    return toJson().toBytes();
  }

  JsonObject toJson() {
    var items =
        proofs.signatures().stream()
            .<JsonValue>map(one -> JsonObject.empty().with("sig", Base64Text.encode(one)))
            .toList();
    return JsonObject.empty()
        .with("payload", Base64Text.encode(payload))
        .with("payloadType", payloadType)
        .with("signatures", new JsonArray(items));
  }

  /// The bytes that are signed for `payload`
  /// ([PAE](https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md#signature-definition)):
  /// lengths are of bytes, not of characters.
  public static Bytes encode(String payloadType, Bytes payload) {
    var type = payloadType.getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream(payload.size() + type.length + 32);
    write(out, "DSSEv1 " + type.length + ' ');
    out.writeBytes(type);
    write(out, " " + payload.size() + ' ');
    out.writeBytes(payload.toArray());
    return Bytes.copyOf(out.toByteArray());
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// The statement, or empty if `key` signed none of the signatures.
  ///
  /// @throws FormatException if `key` signed bytes that are no in-toto statement
  public Optional<Opened<Statement>> openWith(PublicKey key) throws FormatException {
    var signed = signedBytes();
    var proof = proofs.by(key, signed);
    return proof.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Opened<>(
                statement(), proof.get().scheme(), proof.get().signature(), signed, payload));
  }

  /// What the payload says its predicate type is, for choosing what to look at and what to say;
  /// anybody may have written it. Empty if it says none.
  public Optional<String> unverifiedPredicateType() {
    try {
      return Optional.of(statement().predicateType());
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private Statement statement() throws FormatException {
    if (!payloadType.equals(IN_TOTO)) {
      throw new FormatException("expected an envelope of " + IN_TOTO + ", got " + payloadType);
    }
    return Statement.parse(payload);
  }

  /// The bytes that its signatures are of.
  public Bytes signedBytes() {
    return encode(payloadType, payload);
  }

  /// As they came, at least one.
  public List<Bytes> signatures() {
    return proofs.signatures();
  }

  /// The payload as it came, for those who store, print or hash it; it may be anybody's.
  public Bytes unverifiedPayload() {
    return payload;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Envelope that
        && payloadType.equals(that.payloadType)
        && payload.equals(that.payload)
        && signatures().equals(that.signatures());
  }

  @Override
  public int hashCode() {
    return payload.hashCode();
  }
}
