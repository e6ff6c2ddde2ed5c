package dev.countersign.cli.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.EncryptedKey;
import dev.countersign.key.Passphrase;
import dev.countersign.key.SoftwareKey;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/// Signing past all commands, so that what no command would sign can be signed.
final class Keys {
  private Keys() {}

  /// The private half of a key pair on a desk.
  static SoftwareKey open(Desk desk, String name) throws IOException, FormatException {
    var pem = Files.readString(desk.folder().resolve(name + ".key"));
    return EncryptedKey.parsePem(pem)
        .decrypt(Passphrase.of("secret".getBytes(UTF_8)))
        .orElseThrow();
  }

  /// A bundle of any bytes that say to be a statement.
  static Bytes bundle(SoftwareKey key, Bytes statement) throws FormatException {
    var signature = key.sign(Envelope.encode(Envelope.IN_TOTO, statement));
    var envelope = new Envelope(Envelope.IN_TOTO, statement, List.of(signature));
    return Bundle.of(key.publicKey().hint(), new Bundle.Content.Enveloped(envelope)).toBytes();
  }
}
