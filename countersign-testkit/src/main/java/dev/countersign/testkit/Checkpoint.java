package dev.countersign.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// A log's signed size and root ([checkpoint](https://c2sp.org/tlog-checkpoint) in a [signed
/// note](https://c2sp.org/signed-note)).
final class Checkpoint {
  private static final byte[] ED25519 = {'\n', 1};

  private Checkpoint() {}

  /// @param origin the first line, and unless it holds a space the name of the key
  /// @param name of the key
  static String of(String origin, String name, MerkleTree tree, ServiceKey key) {
    var root = Base64.getEncoder().encodeToString(tree.root());
    var text = origin + '\n' + tree.size() + '\n' + root + '\n';
    var signature = key.sign(text.getBytes(StandardCharsets.UTF_8));
    var hint = Arrays.copyOf(keyId(name, key), 4);
    var signed = Arrays.copyOf(hint, 4 + signature.length);
    System.arraycopy(signature, 0, signed, 4, signature.length);
    return text + "\n\u2014 " + name + ' ' + Base64.getEncoder().encodeToString(signed) + '\n';
  }

  /// Of an Ed25519 key by the specification, of an ECDSA key as sigstore's logs have it.
  static byte[] keyId(String name, ServiceKey key) {
    return key.publicKey().getAlgorithm().equals("EC")
        ? key.id()
        : ServiceKey.sha256(name.getBytes(StandardCharsets.UTF_8), ED25519, key.rawEd25519());
  }
}
