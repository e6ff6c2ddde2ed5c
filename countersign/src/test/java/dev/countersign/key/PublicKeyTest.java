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
import dev.countersign.format.Pem;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
  private static final String ED25519 = "302a300506032b6570032100";

  @ParameterizedTest
  @CsvSource({
    "p256.pub, p256.sha256.sig, sha256",
    "p384.pub, p384.sha384.sig, sha384",
    "p384.pub, p384.sha256.sig, sha256",
    "p521.pub, p521.sha512.sig, sha512",
    "p521.pub, p521.sha256.sig, sha256",
    "rsa2048.pub, rsa2048.sha256.sig, sha256",
    "rsa2048.pkcs1.pub, rsa2048.sha256.sig, sha256",
    "ed25519.pub, ed25519.pure.sig, ed25519",
    "cosign3.pub, cosign3.sig, sha256",
    "rsa2048.pub, cosign3-rsa2048.sig, sha256",
    "p384.pub, cosign3-p384.sig, sha384",
    "ed25519.pub, cosign3-ed25519.sig, ed25519"
  })
  void saysWhichSchemeProvedTheMessage(String pub, String sig, String scheme) throws Exception {
    var key = PublicKey.parsePem(Vectors.text(pub));
    var message = Vectors.bytes("message.txt");
    var signature = Vectors.bytes(sig);

    assertEquals(Optional.of(scheme), key.verify(message, signature).map(Object::toString));
    assertEquals(Optional.empty(), key.verify(Bytes.utf8("hello Countersign"), signature));
  }

  /// RFC 8032 §7.3.
  @Test
  void verifiesEd25519phUnderTheSameKey() throws Exception {
    var key =
        PublicKey.parseDer(
            hex(ED25519 + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf"));
    var signature =
        hex(
            "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
                + "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406");

    assertEquals(Optional.of(SignatureScheme.ED25519PH), key.verify(Bytes.utf8("abc"), signature));
    assertEquals(Optional.empty(), key.verify(Bytes.utf8("abd"), signature));
  }

  @Test
  void refusesTheSha512SignatureOfAP256Key() throws Exception {
    var pair = KeyPairGenerator.getInstance("EC");
    pair.initialize(new ECGenParameterSpec("secp256r1"));
    var keys = pair.generateKeyPair();
    var key = PublicKey.parseDer(Bytes.copyOf(keys.getPublic().getEncoded()));
    var message = Bytes.utf8("message");

    for (var hash : List.of("SHA256", "SHA512")) {
      var signing = Signature.getInstance(hash + "withECDSA");
      signing.initSign(keys.getPrivate());
      signing.update(message.toArray());

      var proof = key.verify(message, Bytes.copyOf(signing.sign()));

      assertEquals(hash.equals("SHA256"), proof.isPresent(), hash);
    }
  }

  @Test
  void acceptsHighSAsGoDoes() throws Exception {
    var key = PublicKey.parsePem(Vectors.text("p256.pub"));
    var numbers = DerReader.ofSequence(Vectors.bytes("p256.sha256.sig").toArray());
    var r = numbers.unsignedInteger();
    var s = Curve.P256.order().subtract(numbers.unsignedInteger());

    var other = Bytes.copyOf(signature(r, s));

    assertTrue(key.verify(Vectors.bytes("message.txt"), other).isPresent());
  }

  @Test
  void refusesEverySpellingOfAnEcdsaSignatureButDer() throws Exception {
    var key = PublicKey.parsePem(Vectors.text("p256.pub"));
    var message = Vectors.bytes("message.txt");
    var der = Vectors.bytes("p256.sha256.sig").toArray();
    var numbers = DerReader.ofSequence(der);
    var r = numbers.unsignedInteger();
    var s = numbers.unsignedInteger();

    assertTrue(key.verify(message, Bytes.copyOf(signature(r, s))).isPresent());
    assertFalse(accepts(key, message, Arrays.copyOf(der, der.length + 1)), "a byte behind");
    assertFalse(accepts(key, message, Arrays.copyOf(der, der.length - 1)), "cut");
    assertFalse(accepts(key, message, fixed(r, s)), "r||s");
    assertFalse(
        accepts(
            key,
            message,
            DerWriter.sequence(DerWriter.integer(r), DerWriter.integer(s), DerWriter.integer(s))),
        "a third number");
    assertFalse(accepts(key, message, signature(r, s.add(Curve.P256.order()))), "s + n");
    assertFalse(accepts(key, message, signature(r.add(Curve.P256.order()), s)), "r + n");
    assertFalse(accepts(key, message, signature(BigInteger.ZERO, s)), "r = 0");
    assertFalse(accepts(key, message, signature(r, BigInteger.ZERO)), "s = 0");
    assertFalse(accepts(key, message, signature(r.negate(), s)), "-r");
  }

  @Test
  void hasTheFingerprintThatOtherToolsCompute() throws Exception {
    var key = PublicKey.parsePem(Vectors.text("cosign3.pub"));

    // openssl pkey -pubin -in cosign3.pub -outform DER | openssl dgst -sha256 -binary | base64
    assertEquals("SHA256:Grt1CqYP5ys4fhJQu92CKZzPG7NgtX8y6M8tT5TmRyQ=", key.fingerprint());
    assertEquals(key.fingerprint(), "SHA256:" + key.hint());
    assertEquals(key.fingerprint(), key.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"p256.pub", "p384.pub", "p521.pub", "rsa2048.pub", "ed25519.pub"})
  void writesThePemThatItRead(String pub) throws Exception {
    var key = PublicKey.parsePem(Vectors.text(pub));

    assertEquals(Vectors.text(pub), key.toPem());
    assertEquals(key, PublicKey.parseDer(key.spki()));
    assertEquals(key.hashCode(), PublicKey.parseDer(key.spki()).hashCode());
    assertNotEquals(key, PublicKey.parsePem(Vectors.text("cosign3.pub")));
  }

  @Test
  void knowsAKeyInBothPemForms() throws Exception {
    assertEquals(
        PublicKey.parsePem(Vectors.text("rsa2048.pub")),
        PublicKey.parsePem(Vectors.text("rsa2048.pkcs1.pub")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cosign3.key", "p256.pem", "p384.sec1.pem", "rsa2048.pkcs1.pem"})
  void saysThatAPrivateKeyIsNoPublicKey(String file) throws Exception {
    var text = Vectors.text(file);

    var problem = problem(text);

    assertTrue(problem.startsWith("expected a public key, got a private key ("), problem);
    assertTrue(problem.endsWith("; use its .pub file"), problem);
    assertFalse(problem.contains(text.lines().skip(1).findFirst().orElseThrow()), problem);
  }

  @Test
  void readsTheFirstOfTwoBlocksOnly() throws Exception {
    var first = Vectors.text("p256.pub");

    var key = PublicKey.parsePem(first + Vectors.text("p384.pub"));

    assertEquals(PublicKey.parsePem(first), key);
  }

  @Test
  void refusesWeakAndForeignKeys() throws Exception {
    assertEquals(
        "expected an RSA key of 2048 to 16384 bits, got 1024",
        problem(Vectors.text("rsa1024.pub")));
    assertEquals(
        "expected curve P-256, P-384 or P-521, got curve OID 2b8104000a (hex)",
        problem(Vectors.text("secp256k1.pub")));
    assertEquals("expected a PEM block PUBLIC KEY, got CERTIFICATE", problem(pem("CERTIFICATE")));
    assertEquals("expected a PEM block (-----BEGIN …-----), got none", problem("no key at all"));
  }

  @Test
  void refusesRsaNumbersThatAreNoKey() throws Exception {
    var modulus = BigInteger.TWO.pow(2_047).add(BigInteger.ONE);

    assertThrows(FormatException.class, () -> rsa(modulus, BigInteger.ONE));
    assertThrows(FormatException.class, () -> rsa(modulus, BigInteger.TWO));
    assertThrows(
        FormatException.class, () -> rsa(modulus, BigInteger.TWO.pow(31).add(BigInteger.ONE)));
    assertThrows(
        FormatException.class, () -> rsa(modulus.add(BigInteger.ONE), BigInteger.valueOf(3)));
    assertThrows(
        FormatException.class,
        () -> rsa(BigInteger.TWO.pow(16_384).add(BigInteger.ONE), BigInteger.valueOf(3)));
    assertEquals(SignatureScheme.SHA256, rsa(modulus, BigInteger.valueOf(3)).scheme());
  }

  @Test
  void refusesPointsThatAreNotOnTheCurve() throws Exception {
    var spki = Vectors.text("p256.pub");
    var der = Pem.parseFirst(spki).content().toArray();
    der[der.length - 1] ^= 1;

    var problem =
        assertThrows(FormatException.class, () -> PublicKey.parseDer(Bytes.copyOf(der))).problem();

    assertEquals("expected a point on P256, got another", problem);
  }

  @Test
  void refusesCompressedPointsAndInfinity() {
    var prefix = "301306072a8648ce3d020106082a8648ce3d030107";
    var compressed =
        "3039"
            + prefix
            + "032200"
            + "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    var infinity = "3019" + prefix + "03020000";

    assertThrows(FormatException.class, () -> PublicKey.parseDer(hex(compressed)));
    assertThrows(FormatException.class, () -> PublicKey.parseDer(hex(infinity)));
  }

  /// Points of order 1, 4 and 8.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
      })
  void refusesEd25519PointsOfSmallOrder(String point) {
    assertThrows(FormatException.class, () -> PublicKey.parseDer(hex(ED25519 + point)));
  }

  /// The sum of a good point and the point of order 2, (-x, -y).
  @Test
  void refusesEd25519PointsOutsideTheSubgroup() throws Exception {
    var der = PublicKey.parsePem(Vectors.text("ed25519.pub")).spki().toArray();
    var p = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    var y = new BigInteger(1, reversed(Arrays.copyOfRange(der, 12, 44)));
    var negated = p.subtract(y.clearBit(255));

    var point = y.testBit(255) ? negated : negated.setBit(255);
    var encoded = reversed(HexFormat.of().parseHex(String.format("%064x", point)));

    assertThrows(
        FormatException.class,
        () -> PublicKey.parseDer(hex(ED25519 + HexFormat.of().formatHex(encoded))));
  }

  @Test
  void refusesMembersBehindTheKey() throws Exception {
    var der = PublicKey.parsePem(Vectors.text("ed25519.pub")).spki().toArray();
    var more = DerWriter.sequence(Arrays.copyOfRange(der, 2, der.length), DerWriter.ofNull());

    assertThrows(FormatException.class, () -> PublicKey.parseDer(Bytes.copyOf(more)));
  }

  @Test
  void refusesASecondEncodingOfTheSameKey() throws Exception {
    var der = PublicKey.parsePem(Vectors.text("ed25519.pub")).spki().toArray();
    var longLength = HexFormat.of().formatHex(der).replaceFirst("302a", "30812a");

    assertThrows(FormatException.class, () -> PublicKey.parseDer(hex(longLength)));
    assertThrows(
        FormatException.class,
        () -> PublicKey.parseDer(Bytes.copyOf(Arrays.copyOf(der, der.length + 1))));
  }

  private static PublicKey rsa(BigInteger modulus, BigInteger exponent) throws FormatException {
    return PublicKey.parseDer(Bytes.copyOf(new RsaVerifyingKey(modulus, exponent).spki()));
  }

  private static boolean accepts(PublicKey key, Bytes message, byte[] signature) {
    return key.verify(message, Bytes.copyOf(signature)).isPresent();
  }

  private static byte[] signature(BigInteger r, BigInteger s) {
    return DerWriter.sequence(DerWriter.integer(r), DerWriter.integer(s));
  }

  private static byte[] fixed(BigInteger r, BigInteger s) {
    return HexFormat.of().parseHex(String.format("%064x%064x", r, s));
  }

  private static byte[] reversed(byte[] bytes) {
    var reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static String pem(String label) {
    return new Pem(label, Bytes.utf8("x")).toText();
  }

  private static String problem(String text) {
    return assertThrows(FormatException.class, () -> PublicKey.parsePem(text)).problem();
  }

  private static Bytes hex(String hex) {
    return Bytes.copyOf(HexFormat.of().parseHex(hex));
  }
}
