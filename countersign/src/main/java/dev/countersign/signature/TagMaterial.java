package dev.countersign.signature;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
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
  /// Nothing.
  public static final TagMaterial NONE = ofLog(Optional.empty());

  /// The signed timestamps, DER.
  ///
  /// @throws FormatException if the text is not `{"SignedRFC3161Timestamp":…}`
  public List<Bytes> timestamps() throws FormatException {
    return timestamp.isEmpty()
        ? List.of()
        : List.of(
            Base64Text.decode(
                JsonValue.parseObject(Bytes.utf8(timestamp.get()))
                    .getString("SignedRFC3161Timestamp")));
  }

  /// At most the entry of a log.
  public static TagMaterial ofLog(Optional<String> logEntry) {
    return new TagMaterial(logEntry, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
