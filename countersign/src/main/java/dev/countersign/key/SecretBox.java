package dev.countersign.key;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/// NaCl's [secretbox](https://nacl.cr.yp.to/secretbox.html), XSalsa20-Poly1305: the 16 bytes of the
/// tag, then the encrypted message.
final class SecretBox {
  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 24;
  static final int TAG_BYTES = 16;

  private SecretBox() {}

  static byte[] seal(byte[] message, byte[] nonce, byte[] key) {
    var cipher = cipher(nonce, key);
    var mac = mac(cipher);
    var box = new byte[TAG_BYTES + message.length];
    cipher.processBytes(message, 0, message.length, box, TAG_BYTES);
    mac.update(box, TAG_BYTES, message.length);
    mac.doFinal(box, 0);
    return box;
  }

  /// The message, which the caller wipes; empty if the tag is not that of `key` and `nonce`.
  static Optional<byte[]> open(byte[] box, byte[] nonce, byte[] key) {
    if (box.length < TAG_BYTES) {
      return Optional.empty();
    }
    var cipher = cipher(nonce, key);
    var mac = mac(cipher);
    var tag = new byte[TAG_BYTES];
    mac.update(box, TAG_BYTES, box.length - TAG_BYTES);
    mac.doFinal(tag, 0);
    if (!MessageDigest.isEqual(tag, Arrays.copyOf(box, TAG_BYTES))) {
      return Optional.empty();
    }
    var message = new byte[box.length - TAG_BYTES];
    cipher.processBytes(box, TAG_BYTES, message.length, message, 0);
    return Optional.of(message);
  }

  private static XSalsa20Engine cipher(byte[] nonce, byte[] key) {
    var cipher = new XSalsa20Engine();
    cipher.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    return cipher;
  }

  /// The one-time authenticator, whose key is the first 32 bytes of the key stream.
  private static Poly1305 mac(XSalsa20Engine cipher) {
    var oneTimeKey = new byte[KEY_BYTES];
    cipher.processBytes(oneTimeKey, 0, KEY_BYTES, oneTimeKey, 0);
    var mac = new Poly1305();
    mac.init(new KeyParameter(oneTimeKey));
    Arrays.fill(oneTimeKey, (byte) 0);
    return mac;
  }
}
