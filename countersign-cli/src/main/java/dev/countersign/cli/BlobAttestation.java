package dev.countersign.cli;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Signature;
import dev.countersign.signature.TagMaterial;
import java.io.IOException;
import java.util.Optional;

/// Reads the file with an attestation of a file: a sigstore bundle, cosign's old bundle, or a bare
/// envelope.
final class BlobAttestation {
  private static final int MOST_BYTES = 64 << 20;

  private BlobAttestation() {}

  /// A bundle of either form. A key in the old one is not read: who signed is what the caller says,
  /// not what the file says.
  static Signature.WellFormed readBundle(World world, String name) throws Failure, IOException {
    return read(
        world,
        name,
        content ->
            switch (BlobSignature.parse(content)) {
              case BlobSignature.Bundled(Bundle bundle) -> new Signature.Bundled(bundle);
              case BlobSignature.Old old ->
                  Signature.Attested.parse(old.signature(), material(old));
              case BlobSignature.Bare _ -> throw new AssertionError("no bundle is bare");
            });
  }

  private static TagMaterial material(BlobSignature.Old old) throws FormatException {
    var pem = old.certificate();
    return new TagMaterial(
        old.logEntry(),
        pem.isPresent() ? certificate(Base64Text.decode(pem.get()).toUtf8()) : Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// A public key that stands there is nobody's certificate.
  private static Optional<String> certificate(String pem) {
    return pem.contains("CERTIFICATE") ? Optional.of(pem) : Optional.empty();
  }

  static Signature.WellFormed readEnvelope(World world, String name, TagMaterial material)
      throws Failure, IOException {
    return read(world, name, content -> Signature.Attested.parse(content, material));
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
