package dev.countersign.key;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Random and mutated bytes give a value or a [FormatException], never anything else.
class HostileKeyTest {
  private static final long SEED = 20_261_124;
  private static final int ROUNDS = 250;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p256.pub",
        "p521.pub",
        "rsa2048.pub",
        "rsa2048.pkcs1.pub",
        "ed25519.pub",
        "p256.pem",
        "p384.sec1.pem",
        "rsa2048.pkcs1.pem",
        "ed25519.pem",
        "cosign3.key"
      })
  void readsMutatedTextOrRefusesIt(String file) throws Exception {
    var text = Vectors.bytes(file);
    var random = new Random(SEED);

    for (int i = 0; i < ROUNDS; i++) {
      readAll(new String(mutate(text, random), StandardCharsets.ISO_8859_1), i);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p256.pub", "p384.pub", "p521.pub", "rsa2048.pub", "rsa2048.pkcs1.pub", "ed25519.pub",
        "p256.pem", "p521.pem", "p384.sec1.pem", "rsa2048.pem", "rsa2048.pkcs1.pem", "ed25519.pem",
        "cosign3.key"
      })
  void readsMutatedContentOrRefusesIt(String file) throws Exception {
    var block = Pem.parseFirst(Vectors.text(file));
    var random = new Random(SEED);

    for (int i = 0; i < ROUNDS; i++) {
      var content = Bytes.copyOf(mutate(block.content(), random));
      readAll(new Pem(block.label(), content).toText(), i);
      readAllDer(content, i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "p256, p256.sha256.sig",
    "p384, p384.sha384.sig",
    "p521, p521.sha512.sig",
    "rsa2048, rsa2048.sha256.sig",
    "ed25519, ed25519.pure.sig"
  })
  void acceptsNoMutatedSignature(String name, String sig) throws Exception {
    var key = PublicKey.parsePem(Vectors.text(name + ".pub"));
    var message = Vectors.bytes("message.txt");
    var signature = Vectors.bytes(sig);
    var random = new Random(SEED);

    for (int i = 0; i < ROUNDS; i++) {
      var other = Bytes.copyOf(mutate(signature, random));
      if (!other.equals(signature)) {
        assertFalse(verifies(key, message, other, i), "seed " + SEED + ", round " + i);
      }
      var noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      assertFalse(verifies(key, message, Bytes.copyOf(noise), i));
    }
  }

  private static boolean verifies(PublicKey key, Bytes message, Bytes signature, int round) {
    try {
      return key.verify(message, signature).isPresent();
    } catch (RuntimeException e) {
      return fail("seed " + SEED + ", round " + round, e);
    }
  }

  private static void readAll(String text, int round) {
    read(() -> PublicKey.parsePem(text), round);
    read(() -> SoftwareKey.parsePem(text), round);
    read(() -> EncryptedKey.parsePem(text), round);
  }

  private static void readAllDer(Bytes der, int round) {
    read(() -> PublicKey.parseDer(der), round);
    read(() -> SoftwareKey.parseDer(der), round);
  }

  private static void read(Parser parser, int round) {
    try {
      var message = Bytes.utf8("m");
      switch (parser.parse()) {
        case PublicKey key -> assertFalse(key.verify(message, message).isPresent());
        case SoftwareKey key -> assertFalse(key.sign(message).size() == 0);
        case Object other -> assertFalse(other.toString().isEmpty());
      }
    } catch (FormatException e) {
      assertFalse(e.problem().isEmpty());
    } catch (RuntimeException | AssertionError e) {
      fail("seed " + SEED + ", round " + round, e);
    }
  }

  /// One to three changes: a bit flipped, a byte drawn, a cut, a piece doubled, bytes put in.
  private static byte[] mutate(Bytes original, Random random) {
    var bytes = original.toArray();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && bytes.length > 1; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = joined(bytes, at, Arrays.copyOfRange(bytes, at / 2, at));
        default -> bytes = joined(bytes, at, new byte[random.nextInt(4)]);
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int at, byte[] piece) {
    var joined = Arrays.copyOf(bytes, bytes.length + piece.length);
    System.arraycopy(piece, 0, joined, at, piece.length);
    System.arraycopy(bytes, at, joined, at + piece.length, bytes.length - at);
    return joined;
  }

  /// Reads some bytes as one kind of thing.
  private interface Parser {
    Object parse() throws FormatException;
  }
}
