package dev.countersign.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncryptedKeyTest {
  private static final String LABEL = "ENCRYPTED SIGSTORE PRIVATE KEY";

  @ParameterizedTest
  @CsvSource({
    "cosign3.key, cosign3.pub, correct-horse",
    "legacy-cost.key, cosign3.pub, correct-horse",
    "owasp-cost.key, cosign3.pub, correct-horse",
    "cosign2-empty.key, cosign2-empty.pub, ''",
    "cosign3-rsa2048.key, rsa2048.pub, correct-horse",
    "cosign3-ed25519.key, ed25519.pub, correct-horse"
  })
  void opensKeyFilesOfCosign(String file, String pub, String passphrase) throws Exception {
    var encrypted = EncryptedKey.parsePem(Vectors.text(file));

    var key = encrypted.decrypt(Vectors.passphrase(passphrase));

    assertEquals(
        Optional.of(PublicKey.parsePem(Vectors.text(pub))), key.map(SoftwareKey::publicKey));
  }

  @Test
  void takesTheLineEndAsPartOfThePassphrase() throws Exception {
    var encrypted = EncryptedKey.parsePem(Vectors.text("cosign3-line-end.key"));
    var typed = Vectors.passphrase("with a line end\n");

    assertTrue(encrypted.decrypt(typed).isPresent());
    assertTrue(encrypted.decrypt(typed.withoutLineEnd().orElseThrow()).isEmpty());
  }

  @Test
  void answersAWrongPassphraseWithNothing() throws Exception {
    var encrypted = EncryptedKey.parsePem(Vectors.text("cosign3.key"));

    assertTrue(encrypted.decrypt(Vectors.passphrase("wrong-horse")).isEmpty());
  }

  @Test
  void writesTheTextThatCosignWrote() throws Exception {
    for (var file : new String[] {"cosign3.key", "cosign2-empty.key", "cosign3-rsa2048.key"}) {
      assertEquals(Vectors.text(file), EncryptedKey.parsePem(Vectors.text(file)).toPem());
    }
  }

  @Test
  void opensWhatItMade() throws Exception {
    var key = SoftwareKey.parsePem(Vectors.text("p256.pem"));
    var random = new SecureRandom();

    var encrypted = EncryptedKey.encrypt(key, Vectors.passphrase("sesame"), random);

    assertEquals(653, encrypted.toPem().length(), "as long as cosign's");
    assertTrue(Pem.parseFirst(encrypted.toPem()).content().toUtf8().contains("\"N\":65536,"));
    assertEquals(
        Optional.of(key.publicKey()),
        EncryptedKey.parsePem(encrypted.toPem())
            .decrypt(Vectors.passphrase("sesame"))
            .map(SoftwareKey::publicKey));
    assertNotEquals(
        encrypted.toPem(), EncryptedKey.encrypt(key, Vectors.passphrase("sesame"), random).toPem());
  }

  @Test
  void refusesSec1Inside() throws Exception {
    var encrypted = EncryptedKey.parsePem(Vectors.text("sec1-inside.key"));

    var thrown =
        assertThrows(
            FormatException.class, () -> encrypted.decrypt(Vectors.passphrase("correct-horse")));

    assertTrue(thrown.problem().startsWith("expected a PKCS#8 key, got "), thrown.problem());
  }

  @Test
  void readsTheFirstOfTwoBlocksOnly() throws Exception {
    var text = Vectors.text("cosign3.key");

    var encrypted = EncryptedKey.parsePem(text + Vectors.text("cosign2-empty.key"));

    assertEquals(text, encrypted.toPem());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"N\":65536 | \"N\":65537",
        "\"N\":65536 | \"N\":1073741824",
        "\"N\":65536 | \"N\":0",
        "\"N\":65536 | \"N\":-65536",
        "\"N\":65536 | \"N\":\"65536\"",
        "\"N\":65536 | \"N\":4295032832",
        "\"N\":65536 | \"n\":65536",
        "\"N\":65536 | \"N\":65536,\"N\":32768",
        "\"r\":8 | \"r\":16",
        "\"p\":1 | \"p\":2",
        "\"scrypt\" | \"pbkdf2\"",
        "\"nacl/secretbox\" | \"aes-gcm\"",
        "\"nonce\":\" | \"nonce\":\"AAAA",
        "\"nonce\":\" | \"nonce\":\"\",\"other\":\"",
        "\"salt\":\" | \"salt\":\"\",\"other\":\"",
        "\"ciphertext\":\" | \"ciphertext\":\"AAAA\",\"other\":\"",
        "\"ciphertext\":\" | \"text\":\"",
        "{\"kdf\" | [{\"kdf\"",
        "\"p\":1} | \"p\":1",
      })
  void refusesOtherJson(String part, String replacement) throws Exception {
    var json = Pem.parseFirst(Vectors.text("cosign3.key")).content().toUtf8();
    assertTrue(json.contains(part), part);

    var text = pem(json.replace(part, replacement));

    assertThrows(FormatException.class, () -> EncryptedKey.parsePem(text));
  }

  @Test
  void namesTheParametersThatItRefuses() throws Exception {
    var json = Pem.parseFirst(Vectors.text("cosign3.key")).content().toUtf8();
    var text = pem(json.replace("65536", "1073741824"));

    var thrown = assertThrows(FormatException.class, () -> EncryptedKey.parsePem(text));

    assertEquals(
        "expected scrypt with N 32768, 65536 or 131072, r 8 and p 1, got N 1073741824, r 8 and p 1",
        thrown.problem());
  }

  @Test
  void refusesACiphertextLongerThanAnyKey() throws Exception {
    var json = Pem.parseFirst(Vectors.text("cosign3.key")).content().toUtf8();
    var text =
        pem(json.replaceFirst("\"ciphertext\":\"", "\"ciphertext\":\"" + "AAAA".repeat(6_000)));

    var thrown = assertThrows(FormatException.class, () -> EncryptedKey.parsePem(text));

    assertTrue(thrown.problem().startsWith("expected a ciphertext of "), thrown.problem());
  }

  @Test
  void opensNothingWhenTheTagIsAltered() throws Exception {
    var json = Pem.parseFirst(Vectors.text("legacy-cost.key")).content().toUtf8();
    int at = json.indexOf("\"ciphertext\":\"") + 14;
    var other = json.charAt(at) == 'A' ? "B" : "A";

    var encrypted =
        EncryptedKey.parsePem(pem(json.substring(0, at) + other + json.substring(at + 1)));

    assertTrue(encrypted.decrypt(Vectors.passphrase("correct-horse")).isEmpty());
  }

  @Test
  void saysThatAPublicKeyIsNoPrivateKey() throws Exception {
    var text = Vectors.text("cosign3.pub");

    var thrown = assertThrows(FormatException.class, () -> EncryptedKey.parsePem(text));

    assertEquals("expected a private key, got a public key; use its .key file", thrown.problem());
  }

  @Test
  void printsNothingOfTheKey() throws Exception {
    var encrypted = EncryptedKey.parsePem(Vectors.text("cosign3.key"));

    assertEquals("an encrypted private key", encrypted.toString());
    assertFalse(Vectors.passphrase("sesame").toString().contains("sesame"));
  }

  private static String pem(String json) {
    return new Pem(LABEL, Bytes.utf8(json)).toText();
  }
}
