package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.TagMaterial;
import dev.countersign.sigstore.SigningServices.Signed;
import java.util.Optional;
import java.util.stream.Collectors;

/// A signature in tag form with what services said of it, as annotations hold both.
record VouchedSignature(SimpleSigning.Sealed sealed, TagMaterial material) {
  /// @param signed the signature of `payload` as that of a file
  /// @throws FormatException if annotations cannot hold what was said
  static VouchedSignature of(Bytes payload, Signed signed) throws FormatException {
    var chain =
        signed.issuers().stream()
            .map(issuer -> new Pem("CERTIFICATE", issuer.der()).toText())
            .collect(Collectors.joining());
    return new VouchedSignature(
        new SimpleSigning.Sealed(payload, signature(signed.bundle().content())),
        TagMaterial.of(signed.bundle(), Optional.of(chain).filter(text -> !text.isEmpty())));
  }

  private static Bytes signature(Bundle.Content content) {
    return switch (content) {
      case Bundle.Content.Message message -> message.signature();
      case Bundle.Content.Enveloped _ -> throw new IllegalArgumentException("an envelope");
    };
  }
}
