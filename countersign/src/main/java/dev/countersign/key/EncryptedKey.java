package dev.countersign.key;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/// cosign's private key file: a PKCS#8 key under a passphrase, by scrypt and NaCl's secretbox, as
/// JSON in a PEM block ([go-securesystemslib
/// `encrypted`](https://pkg.go.dev/github.com/secure-systems-lab/go-securesystemslib/encrypted)).
///
/// Immutable. Its text holds no secret but what the passphrase protects.
public final class EncryptedKey {
  private static final String LABEL = "ENCRYPTED SIGSTORE PRIVATE KEY";
  private static final String OLD_LABEL = "ENCRYPTED COSIGN PRIVATE KEY";
  private static final String KDF = "scrypt";
  private static final String CIPHER = "nacl/secretbox";
  private static final int SALT_BYTES = 32;
  private static final int MAX_SALT_BYTES = 64;
  private static final int MAX_CIPHERTEXT_BYTES = 16_384;
  private static final int MAX_CHARACTERS = 65_536;

  private final ScryptParameters scrypt;
  private final Bytes salt;
  private final Bytes nonce;
  private final Bytes ciphertext;

  private EncryptedKey(ScryptParameters scrypt, Bytes salt, Bytes nonce, Bytes ciphertext)
      throws FormatException {
    expectSize("a salt", salt, 1, MAX_SALT_BYTES);
    expectSize("a nonce", nonce, SecretBox.NONCE_BYTES, SecretBox.NONCE_BYTES);
    expectSize("a ciphertext", ciphertext, SecretBox.TAG_BYTES + 1, MAX_CIPHERTEXT_BYTES);
    this.scrypt = scrypt;
    this.salt = salt;
    this.nonce = nonce;
    this.ciphertext = ciphertext;
  }

  /// Reads the first PEM block of `text`: `ENCRYPTED SIGSTORE PRIVATE KEY`, or `ENCRYPTED COSIGN
  /// PRIVATE KEY`, which cosign wrote before 2.0.1. Unlike Go, the names in the JSON must be spelt
  /// exactly and the salt has 1 to 64 bytes; members of other names are not read.
  ///
  /// @throws FormatException for anything else, among it scrypt parameters that cosign would refuse
  public static EncryptedKey parsePem(String text) throws FormatException {
    if (text.length() > MAX_CHARACTERS) {
      throw new FormatException("expected a private key, got " + text.length() + " characters");
    }
    var block = Pem.parseFirst(text);
    return switch (block.label()) {
      case LABEL, OLD_LABEL -> parseJson(JsonValue.parseObject(block.content()));
      case "PUBLIC KEY", "RSA PUBLIC KEY" ->
          throw new FormatException("expected a private key, got a public key; use its .key file");
      default ->
          throw new FormatException("expected a PEM block " + LABEL + ", got " + block.label());
    };
  }

  private static EncryptedKey parseJson(JsonObject json) throws FormatException {
    var kdf = json.getObject("kdf");
    var params = kdf.getObject("params");
    var cipher = json.getObject("cipher");
    expectName(KDF, kdf);
    expectName(CIPHER, cipher);
    return new EncryptedKey(
        ScryptParameters.of(params.getLong("N"), params.getLong("r"), params.getLong("p")),
        Base64Text.decode(kdf.getString("salt")),
        Base64Text.decode(cipher.getString("nonce")),
        Base64Text.decode(json.getString("ciphertext")));
  }

  /// `key` under `passphrase`, with scrypt's N = 65536 as cosign writes it; salt and nonce are
  /// drawn from `random`.
  public static EncryptedKey encrypt(SoftwareKey key, Passphrase passphrase, SecureRandom random) {
    var salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    var nonce = new byte[SecretBox.NONCE_BYTES];
    random.nextBytes(nonce);
    var secret = ScryptParameters.STANDARD.derive(passphrase, salt);
    var pkcs8 = key.pkcs8();
    try {
      return new EncryptedKey(
          ScryptParameters.STANDARD,
          Bytes.copyOf(salt),
          Bytes.copyOf(nonce),
          Bytes.copyOf(SecretBox.seal(pkcs8, nonce, secret)));
    } catch (FormatException e) {
      throw new AssertionError("our own sizes are in range", e);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  /// The key inside; empty if `passphrase` is not the one, or the ciphertext was altered: the two
  /// cannot be told apart. Takes some tenths of a second and up to 128 MiB, by design.
  ///
  /// @throws FormatException if the passphrase is right but what is inside is no PKCS#8 key
  public Optional<SoftwareKey> decrypt(Passphrase passphrase) throws FormatException {
    var secret = scrypt.derive(passphrase, salt.toArray());
    var opened = SecretBox.open(ciphertext.toArray(), nonce.toArray(), secret);
    Arrays.fill(secret, (byte) 0);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SoftwareKey.ofPkcs8(opened.get()));
    } finally {
      Arrays.fill(opened.get(), (byte) 0);
    }
  }

  /// The PEM block `ENCRYPTED SIGSTORE PRIVATE KEY`, byte for byte as cosign writes it.
  public String toPem() {
    var params =
        JsonObject.empty()
            .with("N", scrypt.cost())
            .with("r", ScryptParameters.R)
            .with("p", ScryptParameters.P);
    var kdf =
        JsonObject.empty()
            .with("name", KDF)
            .with("params", params)
            .with("salt", Base64Text.encode(salt));
    var cipher = JsonObject.empty().with("name", CIPHER).with("nonce", Base64Text.encode(nonce));
    var json =
        JsonObject.empty()
            .with("kdf", kdf)
            .with("cipher", cipher)
            .with("ciphertext", Base64Text.encode(ciphertext));
    return new Pem(LABEL, json.toBytes()).toText();
  }

  @Override
  public String toString() {
    return "an encrypted private key";
  }

  private static void expectName(String wanted, JsonObject algorithm) throws FormatException {
    var name = algorithm.getString("name");
    if (!name.equals(wanted)) {
      throw new FormatException("expected " + wanted + ", got \"" + name + '"');
    }
  }

  private static void expectSize(String what, Bytes bytes, int least, int most)
      throws FormatException {
    if (bytes.size() < least || bytes.size() > most) {
      throw new FormatException(
          "expected "
              + what
              + " of "
              + (least == most ? "" : least + " to ")
              + most
              + " bytes, got "
              + bytes.size());
    }
  }
}
