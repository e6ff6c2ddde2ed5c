package dev.countersign.cli.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/// The kinds of keys that images and files are signed with.
enum KeyKind {
  P256("P-256", "sha256"),
  P384("P-384", "sha384"),
  P521("P-521", "sha512"),
  RSA2048("RSA-2048", "sha256"),
  ED25519("Ed25519", "sha512");

  private final String title;
  private final String hash;

  KeyKind(String title, String hash) {
    this.title = title;
    this.hash = hash;
  }

  /// How people call it.
  String title() {
    return title;
  }

  /// The hash that cosign 3 signs with, as it calls it.
  String hash() {
    return hash;
  }

  /// Makes a pair of this kind, `name.key` and `name.pub`, called as the kind is.
  void make(Desk desk) throws IOException, GeneralSecurityException {
    var pem = name() + ".pem";
    writePem(desk.folder().resolve(pem));
    desk.run(Tool.OURS, "import-key-pair", "--yes", "--key", pem, "-o", name()).succeeded();
  }

  /// Writes a private key of this kind, not encrypted.
  void writePem(Path file) throws IOException, GeneralSecurityException {
    var der = generator().generateKeyPair().getPrivate().getEncoded();
    Files.writeString(
        file,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(der)
            + "\n-----END PRIVATE KEY-----\n");
  }

  private KeyPairGenerator generator() throws GeneralSecurityException {
    return switch (this) {
      case P256 -> onCurve("secp256r1");
      case P384 -> onCurve("secp384r1");
      case P521 -> onCurve("secp521r1");
      case RSA2048 -> {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        yield generator;
      }
      case ED25519 -> KeyPairGenerator.getInstance("Ed25519");
    };
  }

  private static KeyPairGenerator onCurve(String name) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(name));
    return generator;
  }
}
