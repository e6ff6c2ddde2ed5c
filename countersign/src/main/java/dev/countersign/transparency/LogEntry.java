package dev.countersign.transparency;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// An entry of a transparency log, as it came with a signature; nothing in it is proven here.
///
/// @param logId the SHA-256 of the log's SubjectPublicKeyInfo, as the entry claims
/// @param logIndex the place in the log, from 0
/// @param integratedTime seconds since 1970, as the log claims; 0 where the log tells no time
/// @param kind as the bundle claims; empty beside a signature in tag form
/// @param body what the log recorded, byte for byte
/// @param promise the log's signed promise to include the entry, DER
public record LogEntry(
    Bytes logId,
    long logIndex,
    long integratedTime,
    Optional<Kind> kind,
    Bytes body,
    Optional<Bytes> promise,
    Optional<InclusionProof> proof) {

  public LogEntry {
    if (logIndex < 0 || integratedTime < 0) {
      throw new IllegalArgumentException("a log has no negative index and time");
    }
  }

  /// The type of a recorded entry, as `hashedrekord 0.0.1`.
  public record Kind(String name, String version) {
    @Override
    public String toString() {
      return name + ' ' + version;
    }
  }

  /// Reads the entry that cosign keeps beside a signature in tag form:
  /// `{"SignedEntryTimestamp":…,"Payload":{"body":…,"integratedTime":…,"logIndex":…,"logID":…}}`.
  ///
  /// @throws FormatException if it is anything else
  public static LogEntry parse(String text) throws FormatException {
    var entry = JsonValue.parseObject(Bytes.utf8(text));
    var payload = entry.getObject("Payload");
    var promise = entry.findString("SignedEntryTimestamp").orElse("");
    return new LogEntry(
        hex(payload.getString("logID")),
        notNegative("logIndex", payload.getLong("logIndex")),
        notNegative("integratedTime", payload.getLong("integratedTime")),
        Optional.empty(),
        Base64Text.decode(payload.getString("body")),
        promise.isEmpty() ? Optional.empty() : Optional.of(Base64Text.decode(promise)),
        Optional.empty());
  }

  /// The text that cosign keeps beside a signature in tag form.
  ///
  /// @throws FormatException if the log has not promised to include the entry, as logs of version 2
  ///   do not
  public String toText() throws FormatException {
    if (promise.isEmpty()) {
      throw new FormatException(
          "expected a log that promises to include the entry (Rekor 1) for tag form, got another");
    }
    return JsonObject.empty()
        .with("SignedEntryTimestamp", Base64Text.encode(promise.get()))
        .with(
            "Payload",
            JsonObject.empty()
                .with("body", Base64Text.encode(body))
                .with("integratedTime", integratedTime)
                .with("logIndex", logIndex)
                .with("logID", HexFormat.of().formatHex(logId.toArray())))
        .toBytes()
        .toUtf8();
  }

  /// Reads an entry of a sigstore bundle
  /// ([TransparencyLogEntry](https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_rekor.proto)),
  /// whose JSON text is `json`.
  ///
  /// @throws FormatException if it is anything else
  public static LogEntry parseBundled(Bytes json) throws FormatException {
    var entry = JsonValue.parseObject(json);
    entry.refuseOthers(
        "logIndex",
        "logId",
        "kindVersion",
        "integratedTime",
        "inclusionPromise",
        "inclusionProof",
        "canonicalizedBody");
    var kind = entry.getObject("kindVersion");
    var promise = entry.findObject("inclusionPromise");
    var proof = entry.findObject("inclusionProof");
    return new LogEntry(
        Base64Text.decode(entry.getObject("logId").getString("keyId")),
        notNegative("logIndex", entry.findWholeNumber("logIndex").orElse(0L)),
        notNegative("integratedTime", entry.findWholeNumber("integratedTime").orElse(0L)),
        Optional.of(new Kind(kind.getString("kind"), kind.getString("version"))),
        Base64Text.decode(entry.getString("canonicalizedBody")),
        promise.isEmpty()
            ? Optional.empty()
            : Optional.of(Base64Text.decode(promise.get().getString("signedEntryTimestamp"))),
        proof.isEmpty() ? Optional.empty() : Optional.of(InclusionProof.parse(proof.get())));
  }

  /// The JSON text of this entry in a sigstore bundle.
  ///
  /// @throws FormatException if what was recorded is of no known kind
  public Bytes toBundled() throws FormatException {
    var of = kind.isPresent() ? kind.get() : EntryBody.kind(body);
    var json =
        JsonObject.empty()
            .with("logIndex", Long.toString(logIndex))
            .with("logId", JsonObject.empty().with("keyId", Base64Text.encode(logId)))
            .with(
                "kindVersion",
                JsonObject.empty().with("kind", of.name()).with("version", of.version()));
    if (integratedTime > 0) {
      json = json.with("integratedTime", Long.toString(integratedTime));
    }
    if (promise.isPresent()) {
      json =
          json.with(
              "inclusionPromise",
              JsonObject.empty().with("signedEntryTimestamp", Base64Text.encode(promise.get())));
    }
    if (proof.isPresent()) {
      json = json.with("inclusionProof", proof.get().toJson());
    }
    return json.with("canonicalizedBody", Base64Text.encode(body)).toBytes();
  }

  /// Why what was recorded is not about `signature`, in one line; empty if it is.
  ///
  /// Without this check any entry of the log would vouch for any signature (CVE-2022-23649,
  /// CVE-2026-22703).
  ///
  /// @throws FormatException if what was recorded cannot be read
  public Optional<String> mismatch(LoggedSignature signature) throws FormatException {
    return EntryBody.parse(body, kind).mismatch(signature);
  }

  /// Whether there is a proof whose hashes lead from what was recorded to the root that it names.
  /// Who signed that root is another question.
  public boolean isProvenByHashes() {
    return proof
        .flatMap(path ->
            MerkleTree.root(path.logIndex(), path.treeSize(), MerkleTree.leaf(body), path.hashes())
                .filter(path.rootHash()::equals))
        .isPresent();
  }

  /// The hashes that lead from an entry to a root ([RFC 6962
  /// §2.1.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1)).
  ///
  /// @param checkpoint the log's signed statement of size and root, or empty
  public record InclusionProof(
      long logIndex, long treeSize, Bytes rootHash, List<Bytes> hashes, String checkpoint) {
    /// The most hashes that are read: a log of 2^64 entries needs 64.
    static final int MAX_HASHES = 64;

    public InclusionProof {
      hashes = List.copyOf(hashes);
    }

    private static InclusionProof parse(JsonObject json) throws FormatException {
      json.refuseOthers("logIndex", "rootHash", "treeSize", "hashes", "checkpoint");
      var items = json.findArray("hashes");
      if (items.size() > MAX_HASHES) {
        throw new FormatException(
            "expected at most " + MAX_HASHES + " hashes, got " + items.size());
      }
      var hashes = new ArrayList<Bytes>();
      for (var item : items) {
        hashes.add(Base64Text.decode(item.asString("a hash")));
      }
      var checkpoint = json.findObject("checkpoint");
      if (checkpoint.isPresent()) {
        checkpoint.get().refuseOthers("envelope");
      }
      return new InclusionProof(
          notNegative("logIndex", json.findWholeNumber("logIndex").orElse(0L)),
          notNegative("treeSize", json.findWholeNumber("treeSize").orElse(0L)),
          Base64Text.decode(json.getString("rootHash")),
          hashes,
          checkpoint.isEmpty() ? "" : checkpoint.get().findString("envelope").orElse(""));
    }

    private JsonObject toJson() {
      var json =
          JsonObject.empty()
              .with("logIndex", Long.toString(logIndex))
              .with("rootHash", Base64Text.encode(rootHash))
              .with("treeSize", Long.toString(treeSize))
              .with(
                  "hashes",
                  new JsonValue.JsonArray(
                      hashes.stream()
                          .<JsonValue>map(h -> new JsonValue.JsonString(Base64Text.encode(h)))
                          .toList()));
      return checkpoint.isEmpty()
          ? json
          : json.with("checkpoint", JsonObject.empty().with("envelope", checkpoint));
    }
  }

  private static long notNegative(String name, long number) throws FormatException {
    if (number < 0) {
      throw new FormatException("expected a " + name + " that is not negative, got " + number);
    }
    return number;
  }

  private static Bytes hex(String text) throws FormatException {
    try {
      return Bytes.copyOf(HexFormat.of().parseHex(text));
    } catch (IllegalArgumentException e) {
      throw new FormatException("expected a logID in hex, got \"" + text + '"', e);
    }
  }
}
