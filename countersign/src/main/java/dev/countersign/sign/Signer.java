package dev.countersign.sign;

import dev.countersign.format.Bytes;
import dev.countersign.key.PrivateKey;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.util.List;
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

  /// The claim that this is `image`, under its repository's name as cosign does, signed in tag
  /// form.
  ///
  /// @throws IOException if the key lies elsewhere and cannot be reached
  public SimpleSigning.Sealed sign(Digested image) throws IOException {
    var payload =
        SimpleSigning.of(image.repository().toString(), image.digest(), annotations).toBytes();
    return new SimpleSigning.Sealed(payload, key.sign(payload));
  }

  /// The claim that this is `image`, signed in bundle form.
  ///
  /// @throws IOException as above
  public Bundle bundle(Digested image) throws IOException {
    return bundle(Statement.signature(image.digest(), annotations));
  }

  /// `statement`, signed; the annotations are not part of it.
  ///
  /// @throws IOException as above
  public Bundle bundle(Statement statement) throws IOException {
    return bundle(statement.toBytes());
  }

  /// The JSON text of a statement, signed as it is.
  ///
  /// @throws IOException as above
  public Bundle bundle(Bytes statement) throws IOException {
    return Bundle.of(publicKey().hint(), new Bundle.Content.Enveloped(envelope(statement)));
  }

  /// `statement`, signed, as attestations in tag form hold it.
  ///
  /// @throws IOException as above
  public Envelope envelope(Statement statement) throws IOException {
    return envelope(statement.toBytes());
  }

  /// The JSON text of a statement, signed as it is.
  ///
  /// @throws IOException as above
  public Envelope envelope(Bytes statement) throws IOException {
    var signature = key.sign(Envelope.encode(Envelope.IN_TOTO, statement));
    return new Envelope(Envelope.IN_TOTO, statement, List.of(signature));
  }
}
