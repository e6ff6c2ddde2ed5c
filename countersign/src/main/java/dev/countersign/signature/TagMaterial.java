package dev.countersign.signature;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.List;
import java.util.Optional;

/// What came with a signature or an attestation in tag form to verify it, as the texts of
/// annotations, not read yet
/// ([names](https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md)).
///
/// @param logEntry a transparency log's entry, JSON
/// @param certificate of the signer, PEM
/// @param chain the certificates above it, PEM
/// @param timestamp by a timestamp authority, JSON
public record TagMaterial(
    Optional<String> logEntry,
    Optional<String> certificate,
    Optional<String> chain,
    Optional<String> timestamp) {
  private static final String TIMESTAMP = "SignedRFC3161Timestamp";

  /// Nothing.
  public static final TagMaterial NONE = ofLog(Optional.empty());

  /// What came with a signature in bundle form, with the certificates above the signer's, PEM, if
  /// any are known.
  ///
  /// @throws FormatException if annotations cannot hold it: they have room for one log entry, with
  ///   the log's promise, and for one timestamp
  public static TagMaterial of(Bundle bundle, Optional<String> chain) throws FormatException {
    if (bundle.logEntries().size() > 1 || bundle.timestamps().size() > 1) {
      throw new FormatException(
          "expected one log and one timestamp authority for tag form, got %d and %d"
              .formatted(bundle.logEntries().size(), bundle.timestamps().size()));
    }
    return new TagMaterial(
        bundle.logEntries().isEmpty()
            ? Optional.empty()
            : Optional.of(bundle.logEntries().getFirst().toText()),
        switch (bundle.material()) {
          case Bundle.Material.KeyHint hint -> Optional.empty();
          case Bundle.Material.Certificates(var certificates) ->
              Optional.of(new Pem("CERTIFICATE", certificates.getFirst()).toText());
        },
        chain,
        bundle.timestamps().isEmpty()
            ? Optional.empty()
            : Optional.of(timestampText(bundle.timestamps().getFirst())));
  }

  /// A timestamp, DER, as the annotation has it.
  public static String timestampText(Bytes der) throws FormatException {
    return JsonObject.empty().with(TIMESTAMP, Base64Text.encode(der)).toBytes().toUtf8();
  }

  /// The signed timestamps, DER.
  ///
  /// @throws FormatException if the text is not `{"SignedRFC3161Timestamp":…}`
  public List<Bytes> timestamps() throws FormatException {
    return timestamp.isEmpty()
        ? List.of()
        : List.of(
            Base64Text.decode(
                JsonValue.parseObject(Bytes.utf8(timestamp.get())).getString(TIMESTAMP)));
  }

  /// At most the entry of a log.
  public static TagMaterial ofLog(Optional<String> logEntry) {
    return new TagMaterial(logEntry, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
