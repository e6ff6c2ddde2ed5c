package dev.countersign.tuf;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import java.util.HashSet;
import java.util.Map;

/// Who may sign metadata of one kind, and how many of them must
/// ([§2.1](https://theupdateframework.github.io/specification/latest/#roles-and-pki)).
///
/// @param keys by the names that signatures give them
/// @param threshold at least 1
record Role(Map<String, PublicKey> keys, long threshold) {
  Role {
    keys = Map.copyOf(keys);
  }

  /// Refuses what fewer keys signed than must. A key counts once, whatever names it has and however
  /// often it signed.
  ///
  /// @throws FormatException saying how many signed
  void requireSigned(Metadata metadata) throws FormatException {
    var signers = new HashSet<PublicKey>();
    for (var signature : metadata.signatures().entrySet()) {
      var key = keys.get(signature.getKey());
      if (key != null && verifies(key, metadata.canonical(), signature.getValue())) {
        signers.add(key);
      }
    }
    if (signers.size() < threshold) {
      throw new FormatException(
          "expected the %s of the repository signed by %d of its keys, got %d"
              .formatted(metadata.kind(), threshold, signers.size()));
    }
  }

  private static boolean verifies(PublicKey key, Bytes signed, Bytes signature) {
    return key.verify(signed, signature).isPresent();
  }
}
