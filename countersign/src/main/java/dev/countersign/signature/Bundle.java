package dev.countersign.signature;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.transparency.LogEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A signature with all that is needed to verify it, not yet believed ([sigstore
/// bundle](https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto), v0.1
/// to v0.3).
///
/// Read strictly: an unknown member, media type or choice is refused with a reason.
///
/// @param logEntries at most 32, no two of one log and index
/// @param timestamps of [RFC 3161](https://www.rfc-editor.org/rfc/rfc3161), DER, at most 32
public record Bundle(
    Version version,
    Material material,
    List<LogEntry> logEntries,
    List<Bytes> timestamps,
    Content content) {
  /// The media type that is written.
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  /// What every media type of a bundle begins with.
  public static final String MEDIA_TYPE_PREFIX = "application/vnd.dev.sigstore.bundle";

  private static final int MAX_LOG_ENTRIES = 32;
  private static final int MAX_TIMESTAMPS = 32;
  private static final int MAX_CERTIFICATES = 16;

  public Bundle {
    logEntries = List.copyOf(logEntries);
    timestamps = List.copyOf(timestamps);
  }

  /// A signature by a key that no log and no timestamp authority has seen.
  public static Bundle of(String hint, Content content) {
    return new Bundle(Version.V0_3, new Material.KeyHint(hint), List.of(), List.of(), content);
  }

  /// The versions of the format, which differ in what must be there.
  public enum Version {
    V0_1,
    V0_2,
    V0_3;

    static Version parse(String mediaType) throws FormatException {
      return switch (mediaType) {
        case "application/vnd.dev.sigstore.bundle+json;version=0.1" -> V0_1;
        case "application/vnd.dev.sigstore.bundle+json;version=0.2" -> V0_2;
        case "application/vnd.dev.sigstore.bundle+json;version=0.3", MEDIA_TYPE -> V0_3;
        default ->
            throw new FormatException(
                "expected a bundle of version 0.1 to 0.3, got the media type " + mediaType);
      };
    }
  }

  /// What names the signer.
  public sealed interface Material {
    /// A key that the verifier must have; the hint is no proof, and may be anything.
    record KeyHint(String hint) implements Material {}

    /// Certificates, DER, that of the signer first.
    record Certificates(List<Bytes> chain) implements Material {
      public Certificates {
        chain = List.copyOf(chain);
      }
    }
  }

  /// What was signed.
  public sealed interface Content {
    /// A statement in an envelope, of exactly one signature.
    record Enveloped(Envelope envelope) implements Content {}

    /// A file, which lies elsewhere.
    ///
    /// @param digest of the file, as the bundle claims; cosign 3 writes none with Ed25519 keys
    record Message(Optional<MessageDigest> digest, Bytes signature) implements Content {
      /// One that names the file by its hash.
      public Message(HashAlgorithm algorithm, Bytes hash, Bytes signature) {
        this(Optional.of(new MessageDigest(algorithm, hash)), signature);
      }
    }
  }

  /// The hash of a file; it must be computed from the file, and compared.
  public record MessageDigest(HashAlgorithm algorithm, Bytes hash) {
    /// As `sha256:` and hex.
    @Override
    public String toString() {
      return algorithm + ":" + HexFormat.of().formatHex(hash.toArray());
    }
  }

  /// Reads a bundle's JSON text.
  ///
  /// @throws FormatException if it is none, or breaks a rule of its version
  public static Bundle parse(Bytes json) throws FormatException {
    var bundle = JsonValue.parseObject(json);
    bundle.refuseOthers("mediaType", "verificationMaterial", "dsseEnvelope", "messageSignature");
    var version = Version.parse(bundle.getString("mediaType"));
    var material = bundle.getObject("verificationMaterial");
    material.refuseOthers(
        "publicKey",
        "certificate",
        "x509CertificateChain",
        "tlogEntries",
        "timestampVerificationData");
    return new Bundle(
        version,
        material(version, material),
        logEntries(version, material.findArray("tlogEntries")),
        timestamps(material),
        content(bundle));
  }

  private static Material material(Version version, JsonObject material) throws FormatException {
    var key = material.findObject("publicKey");
    var certificate = material.findObject("certificate");
    var chain = material.findObject("x509CertificateChain");
    if ((key.isPresent() ? 1 : 0) + (certificate.isPresent() ? 1 : 0) + (chain.isPresent() ? 1 : 0)
        != 1) {
      throw new FormatException(
          "expected one of publicKey, certificate and x509CertificateChain in the bundle");
    }
    if (key.isPresent()) {
      key.get().refuseOthers("hint");
      return new Material.KeyHint(key.get().findString("hint").orElse(""));
    }
    if (certificate.isPresent()) {
      return new Material.Certificates(List.of(rawBytes(certificate.get())));
    }
    if (version == Version.V0_3) {
      throw new FormatException("expected a certificate in a bundle of version 0.3, got a chain");
    }
    return certificates(chain.get());
  }

  private static Material certificates(JsonObject chain) throws FormatException {
    chain.refuseOthers("certificates");
    var items = chain.findArray("certificates");
    if (items.isEmpty() || items.size() > MAX_CERTIFICATES) {
      throw new FormatException(
          "expected 1 to " + MAX_CERTIFICATES + " certificates, got " + items.size());
    }
    var certificates = new ArrayList<Bytes>();
    for (var item : items) {
      certificates.add(rawBytes(item.asObject("a certificate")));
    }
    return new Material.Certificates(certificates);
  }

  private static Bytes rawBytes(JsonObject json) throws FormatException {
    json.refuseOthers("rawBytes");
    var bytes = Base64Text.decodeEither(json.getString("rawBytes"));
    if (bytes.size() == 0) {
      throw new FormatException("expected a certificate, got no bytes");
    }
    return bytes;
  }

  private static List<LogEntry> logEntries(Version version, List<JsonValue> items)
      throws FormatException {
    if (items.size() > MAX_LOG_ENTRIES) {
      throw new FormatException(
          "expected at most " + MAX_LOG_ENTRIES + " log entries, got " + items.size());
    }
    var entries = new ArrayList<LogEntry>();
    var places = new HashSet<List<Object>>();
    for (var item : items) {
      var entry = LogEntry.parseBundled(item.asObject("a log entry").toBytes());
      requireProof(version, entry);
      if (!places.add(List.of(entry.logId(), entry.logIndex()))) {
        throw new FormatException("expected each log entry once, got one twice");
      }
      entries.add(entry);
    }
    return entries;
  }

  private static void requireProof(Version version, LogEntry entry) throws FormatException {
    var missing =
        switch (version) {
          case V0_1 -> entry.promise().isEmpty() ? "an inclusion promise" : "";
          case V0_2, V0_3 ->
              entry
                  .proof()
                  .map(proof -> proof.checkpoint().isEmpty() ? "a checkpoint" : "")
                  .orElse("an inclusion proof");
        };
    if (!missing.isEmpty()) {
      throw new FormatException("expected " + missing + " in the log entry, got none");
    }
  }

  private static List<Bytes> timestamps(JsonObject material) throws FormatException {
    var data = material.findObject("timestampVerificationData").orElse(JsonObject.empty());
    data.refuseOthers("rfc3161Timestamps");
    var items = data.findArray("rfc3161Timestamps");
    if (items.size() > MAX_TIMESTAMPS) {
      throw new FormatException(
          "expected at most " + MAX_TIMESTAMPS + " timestamps, got " + items.size());
    }
    var timestamps = new ArrayList<Bytes>();
    for (var item : items) {
      var timestamp = item.asObject("a timestamp");
      timestamp.refuseOthers("signedTimestamp");
      var der = Base64Text.decodeEither(timestamp.getString("signedTimestamp"));
      if (timestamps.contains(der)) {
        throw new FormatException("expected each timestamp once, got one twice");
      }
      timestamps.add(der);
    }
    return timestamps;
  }

  private static Content content(JsonObject bundle) throws FormatException {
    var envelope = bundle.findObject("dsseEnvelope");
    var message = bundle.findObject("messageSignature");
    if (envelope.isPresent() == message.isPresent()) {
      throw new FormatException("expected one of dsseEnvelope and messageSignature in the bundle");
    }
    return envelope.isPresent() ? enveloped(envelope.get()) : message(message.get());
  }

  private static Content enveloped(JsonObject json) throws FormatException {
    json.refuseOthers("payload", "payloadType", "signatures");
    for (var signature : json.findArray("signatures")) {
      signature.asObject("a signature").refuseOthers("sig", "keyid");
    }
    var envelope = Envelope.parse(json);
    if (envelope.signatures().size() != 1) {
      throw new FormatException(
          "expected one signature in the bundle, got " + envelope.signatures().size());
    }
    return new Content.Enveloped(envelope);
  }

  private static Content message(JsonObject json) throws FormatException {
    json.refuseOthers("messageDigest", "signature");
    return new Content.Message(
        digest(json.findObject("messageDigest").orElse(JsonObject.empty())),
        Base64Text.decodeEither(json.getString("signature")));
  }

  private static Optional<MessageDigest> digest(JsonObject json) throws FormatException {
    json.refuseOthers("algorithm", "digest");
    if (json.members().isEmpty()) {
      return Optional.empty();
    }
    var algorithm = HashAlgorithm.parse(json.getString("algorithm"));
    return Optional.of(
        new MessageDigest(algorithm, Base64Text.decodeEither(json.getString("digest"))));
  }

  /// The JSON text of this bundle, of version 0.3.
  ///
  /// @throws FormatException if it holds what version 0.3 cannot: a chain of certificates, or a log
  ///   entry without proof of inclusion
  public Bytes toBytes() throws FormatException {
    var verification =
        switch (material) {
          case Material.KeyHint key ->
              JsonObject.empty().with("publicKey", JsonObject.empty().with("hint", key.hint()));
          case Material.Certificates certificates ->
              JsonObject.empty().with("certificate", raw(certificates.chain().getFirst()));
        };
    if (!logEntries.isEmpty()) {
      var entries = new ArrayList<JsonValue>();
      for (var entry : logEntries) {
        requireProof(Version.V0_3, entry);
        entries.add(JsonValue.parse(entry.toBundled()));
      }
      verification = verification.with("tlogEntries", new JsonArray(entries));
    }
    if (!timestamps.isEmpty()) {
      var items =
          timestamps.stream()
              .<JsonValue>map(
                  one -> JsonObject.empty().with("signedTimestamp", Base64Text.encode(one)))
              .toList();
      verification =
          verification.with(
              "timestampVerificationData",
              JsonObject.empty().with("rfc3161Timestamps", new JsonArray(items)));
    }
    var json =
        JsonObject.empty().with("mediaType", MEDIA_TYPE).with("verificationMaterial", verification);
    return withContent(json).toBytes();
  }

  private JsonObject withContent(JsonObject json) {
    return switch (content) {
      case Content.Enveloped(var envelope) -> json.with("dsseEnvelope", envelope.toJson());
      case Content.Message message ->
          json.with(
              "messageSignature",
              JsonObject.empty()
                  .with(
                      "messageDigest",
                      message.digest().map(Bundle::digest).orElse(JsonObject.empty()))
                  .with("signature", Base64Text.encode(message.signature())));
    };
  }

  private static JsonObject digest(MessageDigest digest) {
    return JsonObject.empty()
        .with("algorithm", digest.algorithm().bundleName())
        .with("digest", Base64Text.encode(digest.hash()));
  }

  private static JsonObject raw(Bytes der) {
    return JsonObject.empty().with("rawBytes", Base64Text.encode(der));
  }
}
