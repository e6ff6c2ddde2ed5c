package dev.countersign.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.Pem;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoftwareKeyTest {
  private static final Bytes MESSAGE = Bytes.utf8("sign me");

  @ParameterizedTest
  @CsvSource({
    "p256, p256.pem, sha256",
    "p384, p384.pem, sha384",
    "p384, p384.sec1.pem, sha384",
    "p521, p521.pem, sha512",
    "rsa2048, rsa2048.pem, sha256",
    "rsa2048, rsa2048.pkcs1.pem, sha256",
    "ed25519, ed25519.pem, ed25519"
  })
  void signsWhatItsPublicKeyVerifies(String name, String file, String scheme) throws Exception {
    var key = SoftwareKey.parsePem(Vectors.text(file));

    var signature = key.sign(MESSAGE);

    assertEquals(PublicKey.parsePem(Vectors.text(name + ".pub")), key.publicKey());
    assertEquals(scheme, key.publicKey().scheme().toString());
    assertEquals(Optional.of(key.publicKey().scheme()), key.publicKey().verify(MESSAGE, signature));
    assertEquals(signature, key.sign(MESSAGE), "one message, one signature");
    assertEquals(Optional.empty(), key.publicKey().verify(Bytes.utf8("sign mf"), signature));
  }

  /// RFC 6979 §A.2.5, SHA-256.
  @Test
  void takesTheNonceFromKeyAndMessage() throws Exception {
    var key =
        EcdsaSigningKey.parseSec1(
            DerWriter.sequence(
                DerWriter.integer(BigInteger.ONE),
                DerWriter.octetString(
                    HexFormat.of()
                        .parseHex(
                            "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"))),
            Curve.P256);

    var numbers =
        DerReader.ofSequence(key.sign(HashAlgorithm.SHA256.of(Bytes.utf8("sample")).toArray()));

    assertEquals(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        numbers.unsignedInteger().toString(16));
    assertEquals(
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        numbers.unsignedInteger().toString(16));
  }

  @Test
  void signsRsaAsOpensslDoes() throws Exception {
    var key = SoftwareKey.parsePem(Vectors.text("rsa2048.pem"));

    assertEquals(Vectors.bytes("rsa2048.sha256.sig"), key.sign(Vectors.bytes("message.txt")));
  }

  @Test
  void signsEd25519AsOpensslDoes() throws Exception {
    var key = SoftwareKey.parsePem(Vectors.text("ed25519.pem"));

    assertEquals(Vectors.bytes("ed25519.pure.sig"), key.sign(Vectors.bytes("message.txt")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"p256", "p384", "p521", "rsa2048", "ed25519"})
  void writesThePkcs8ThatOpensslWrites(String name) throws Exception {
    var text = Vectors.text(name + ".pem");

    var written = SoftwareKey.parsePem(text).pkcs8();

    assertEquals(text, new Pem("PRIVATE KEY", Bytes.copyOf(written)).toText());
    assertEquals(
        SoftwareKey.parsePem(text).publicKey(),
        SoftwareKey.parseDer(Bytes.copyOf(written)).publicKey());
  }

  @Test
  void generatesAnotherP256KeyEachTime() {
    var random = new SecureRandom();

    var key = SoftwareKey.generate(random);

    assertEquals(SignatureScheme.SHA256, key.publicKey().scheme());
    assertTrue(key.publicKey().verify(MESSAGE, key.sign(MESSAGE)).isPresent());
    assertNotEquals(key.publicKey(), SoftwareKey.generate(random).publicKey());
  }

  @Test
  void drawsAgainWhatIsNoKey() {
    var draws = new ArrayList<>(List.of("ff".repeat(32), "00".repeat(32)));
    draws.add("00".repeat(31) + "01");

    var key = SoftwareKey.generate(new Scripted(draws));

    assertTrue(draws.isEmpty());
    assertEquals(
        Bytes.copyOf(Curve.P256.domain().getG().getEncoded(false)),
        Bytes.copyOf(Arrays.copyOfRange(key.publicKey().spki().toArray(), 26, 91)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rsa2056.pem | expected an RSA private key of 2048, 3072 or 4096 bits, got 2056",
        "cosign3.key | expected a private key without a passphrase, got ENCRYPTED SIGSTORE PRIVATE"
            + " KEY",
        "p256.with-parameters.pem | expected a PEM block PRIVATE KEY, EC PRIVATE KEY or RSA PRIVATE"
            + " KEY as the first, got EC PARAMETERS",
        "p256.pub | expected a PEM block PRIVATE KEY, EC PRIVATE KEY or RSA PRIVATE KEY as the"
            + " first, got PUBLIC KEY"
      })
  void saysWhatItCannotImport(String file, String problem) throws Exception {
    var text = Vectors.text(file);

    var thrown = assertThrows(FormatException.class, () -> SoftwareKey.parsePem(text));

    assertEquals(problem, thrown.problem());
  }

  @Test
  void acceptsRsaOf3072Bits() throws Exception {
    var key = SoftwareKey.parsePem(Vectors.text("rsa3072.pem"));

    assertTrue(key.publicKey().verify(MESSAGE, key.sign(MESSAGE)).isPresent());
  }

  @Test
  void refusesSec1AndPkcs1InPlaceOfPkcs8() throws Exception {
    for (var file : new String[] {"p384.sec1.pem", "rsa2048.pkcs1.pem"}) {
      var der = Pem.parseFirst(Vectors.text(file)).content();

      var thrown = assertThrows(FormatException.class, () -> SoftwareKey.parseDer(der));

      assertTrue(thrown.problem().startsWith("expected a PKCS#8 key, got "), thrown.problem());
    }
  }

  /// The last bytes of an EC key are its point, those of an RSA key its CRT coefficient.
  @ParameterizedTest
  @ValueSource(strings = {"p256.pem", "p384.sec1.pem", "rsa2048.pem", "rsa2048.pkcs1.pem"})
  void refusesNumbersThatDoNotBelongTogether(String file) throws Exception {
    var block = Pem.parseFirst(Vectors.text(file));
    var der = block.content().toArray();
    der[der.length - 1] ^= 1;
    var text = new Pem(block.label(), Bytes.copyOf(der)).toText();

    assertThrows(FormatException.class, () -> SoftwareKey.parsePem(text));
  }

  @Test
  void refusesAnRsaKeyWhoseFactorsAreNoPrimes() throws Exception {
    var n = ((RsaVerifyingKey) RsaSigningKey.parsePkcs1(rsa2048()).verifyingKey()).modulus();

    assertThrows(FormatException.class, () -> rsa(n, BigInteger.ONE, n));
    assertThrows(FormatException.class, () -> rsa(n, n, BigInteger.ONE));
  }

  @Test
  void refusesEcKeysOutOfRange() {
    assertThrows(FormatException.class, () -> sec1("00".repeat(32)));
    assertThrows(FormatException.class, () -> sec1(Curve.P256.order().toString(16)));
    assertThrows(FormatException.class, () -> sec1("01"));
  }

  @Test
  void printsNothingSecret() throws Exception {
    var key = SoftwareKey.parsePem(Vectors.text("ed25519.pem"));

    assertEquals("the private key of " + key.publicKey().fingerprint(), key.toString());
    assertFalse(key.toString().contains(HexFormat.of().formatHex(key.pkcs8())));
  }

  private static byte[] rsa2048() throws Exception {
    return Pem.parseFirst(Vectors.text("rsa2048.pkcs1.pem")).content().toArray();
  }

  private static SigningKey rsa(BigInteger n, BigInteger p, BigInteger q) throws FormatException {
    var three = DerWriter.integer(BigInteger.valueOf(3));
    return RsaSigningKey.parsePkcs1(
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ZERO),
            DerWriter.integer(n),
            three,
            three,
            DerWriter.integer(p),
            DerWriter.integer(q),
            three,
            three,
            three));
  }

  private static SigningKey sec1(String hex) throws FormatException {
    return EcdsaSigningKey.parseSec1(
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ONE), DerWriter.octetString(HexFormat.of().parseHex(hex))),
        Curve.P256);
  }

  /// Draws what it was given, in order.
  private static final class Scripted extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final transient List<String> draws;

    Scripted(List<String> draws) {
      this.draws = draws;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      HexFormat hex = HexFormat.of();
      System.arraycopy(hex.parseHex(draws.removeFirst()), 0, bytes, 0, bytes.length);
    }
  }
}
