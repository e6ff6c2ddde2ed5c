package dev.countersign.signature;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PublicKey;
import java.util.Optional;

/// A signature of a file as it lies beside that file, before anything in it is believed.
public sealed interface BlobSignature {
  /// A sigstore bundle.
  record Bundled(Bundle bundle) implements BlobSignature {}

  /// The bundle of cosign up to 2, `{"base64Signature":…,"cert":…,"rekorBundle":…}`.
  ///
  /// @param certificate base64 of the PEM of a certificate or public key; whoever made the file
  ///   chose it, so no key is ever taken from it (GHSA-fx35-mq7g-6g98)
  /// @param logEntry the JSON text of a transparency log's entry
  record Old(Bytes signature, Optional<String> certificate, Optional<String> logEntry)
      implements BlobSignature {
    /// A signature by `key`, which it names as cosign does.
    public static Old of(Bytes signature, PublicKey key) {
      var pem = Base64Text.encode(Bytes.utf8(key.toPem()));
      return new Old(signature, Optional.of(pem), Optional.empty());
    }

    /// The JSON text, as cosign writes it.
    public Bytes toBytes() throws FormatException {
      var json = JsonObject.empty().with("base64Signature", Base64Text.encode(signature));
      if (certificate.isPresent()) {
        json = json.with("cert", certificate.get());
      }
      if (logEntry.isPresent()) {
        json = json.with("rekorBundle", JsonValue.parse(Bytes.utf8(logEntry.get())));
      }
      return json.toBytes();
    }
  }

  /// The bytes of a signature, and nothing else.
  record Bare(Bytes signature) implements BlobSignature {}

  /// Reads the JSON text of a bundle, whichever of the two it is.
  ///
  /// @throws FormatException if it is neither, or breaks a rule of its kind
  static BlobSignature parse(Bytes json) throws FormatException {
    var bundle = JsonValue.parseObject(json);
    if (bundle.find("base64Signature").isEmpty()) {
      return new Bundled(Bundle.parse(json));
    }
    bundle.refuseOthers("base64Signature", "cert", "rekorBundle");
    return new Old(
        Base64Text.decode(bundle.getString("base64Signature")),
        bundle.findString("cert").filter(text -> !text.isEmpty()),
        bundle.find("rekorBundle").isEmpty()
            ? Optional.empty()
            : Optional.of(bundle.getObject("rekorBundle").toBytes().toUtf8()));
  }
}
