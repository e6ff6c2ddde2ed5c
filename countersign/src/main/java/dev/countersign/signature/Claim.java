package dev.countersign.signature;

import dev.countersign.oci.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a signature says about images; known only after a key has vouched for it.
public sealed interface Claim permits SimpleSigning, Statement {
  /// The images that it is about, most often one.
  List<Digest> images();

  /// The annotations of `image` that were signed, those that are strings; empty if the claim is not
  /// about that image.
  Optional<Map<String, String>> about(Digest image);
}
