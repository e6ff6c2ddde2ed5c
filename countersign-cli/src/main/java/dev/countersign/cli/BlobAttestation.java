package dev.countersign.cli;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Signature;
import java.io.IOException;
import java.util.Optional;

/// Reads the file with an attestation of a file: a sigstore bundle, cosign's old bundle, or a bare
/// envelope.
final class BlobAttestation {
  private static final int MOST_BYTES = 64 << 20;

  private BlobAttestation() {}

  /// A bundle of either form. The key or certificate in the old one is not read: who signed is what
  /// the caller says, not what the file says.
  static Signature.WellFormed readBundle(World world, String name) throws Failure, IOException {
    return read(
        world,
        name,
        content -> {
          var json = JsonValue.parseObject(content);
          return json.find("base64Signature").isPresent()
              ? new Signature.Attested(
                  Envelope.parse(Base64Text.decode(json.getString("base64Signature"))),
                  logEntry(json))
              : new Signature.Bundled(Bundle.parse(content));
        });
  }

  static Signature.WellFormed readEnvelope(World world, String name) throws Failure, IOException {
    return read(
        world, name, content -> new Signature.Attested(Envelope.parse(content), Optional.empty()));
  }

  private static Optional<String> logEntry(JsonObject json) throws FormatException {
    json.refuseOthers("base64Signature", "cert", "rekorBundle");
    var entry = json.findObject("rekorBundle");
    return entry.isEmpty() ? Optional.empty() : Optional.of(entry.get().toBytes().toUtf8());
  }

  private interface Parser {
    Signature.WellFormed parse(Bytes content) throws FormatException;
  }

  private static Signature.WellFormed read(World world, String name, Parser parser)
      throws Failure, IOException {
    var content = SmallFile.read(world, name, MOST_BYTES);
    try {
      return parser.parse(content);
    } catch (FormatException e) {
      throw new Failure("cannot use the attestation " + OneLine.of(name) + ": " + e.problem());
    }
  }
}
