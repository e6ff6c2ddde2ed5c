package dev.countersign.sign;

import dev.countersign.key.PrivateKey;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.signature.SimpleSigning;
import java.io.IOException;
import java.util.Map;

/// A key that signs images, and the annotations that it signs with them.
///
/// @param annotations become part of what is signed
public record Signer(PrivateKey key, Map<String, String> annotations) {
  public Signer {
    annotations = Map.copyOf(annotations);
  }

  /// The key that its signatures are verified with.
  public PublicKey publicKey() {
    return key.publicKey();
  }

  /// The claim that this is `image`, under its repository's name as cosign does, signed.
  ///
  /// @throws IOException if the key lies elsewhere and cannot be reached
  public SimpleSigning.Sealed sign(Digested image) throws IOException {
    var payload =
        SimpleSigning.of(image.repository().toString(), image.digest(), annotations).toBytes();
    return new SimpleSigning.Sealed(payload, key.sign(payload));
  }
}
