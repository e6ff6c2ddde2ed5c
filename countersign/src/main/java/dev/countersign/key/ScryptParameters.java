package dev.countersign.key;

import dev.countersign.format.FormatException;
import org.bouncycastle.crypto.generators.SCrypt;

/// The costs of scrypt ([RFC 7914](https://www.rfc-editor.org/rfc/rfc7914)) that cosign's key files
/// have, with `r` = 8 and `p` = 1. There are no others, so that no file can ask for more memory
/// than 128 MiB.
enum ScryptParameters {
  LEGACY(32_768),
  STANDARD(65_536),
  OWASP(131_072);

  static final int R = 8;
  static final int P = 1;

  private final int cost;

  ScryptParameters(int cost) {
    this.cost = cost;
  }

  /// The parameters of these numbers.
  static ScryptParameters of(long n, long r, long p) throws FormatException {
    for (var parameters : values()) {
      if (parameters.cost == n && r == R && p == P) {
        return parameters;
      }
    }
    throw new FormatException(
        "expected scrypt with N 32768, 65536 or 131072, r 8 and p 1, got N "
            + n
            + ", r "
            + r
            + " and p "
            + p);
  }

  /// The parameter `N`.
  int cost() {
    return cost;
  }

  /// A key for [SecretBox], which the caller wipes.
  byte[] derive(Passphrase passphrase, byte[] salt) {
    return SCrypt.generate(passphrase.reveal(), salt, cost, R, P, SecretBox.KEY_BYTES);
  }
}
