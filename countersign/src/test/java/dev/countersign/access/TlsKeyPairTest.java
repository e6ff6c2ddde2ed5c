package dev.countersign.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.FormatException;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.FakeCa.KeyKind;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsKeyPairTest {
  private static final FakeCa CA = FakeCa.create();

  @TempDir private Path folder;
  private Path certificate;
  private Path key;

  @BeforeEach
  void nameFiles() {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
  }

  private void write(Identity identity, KeyForm form) throws IOException {
    Files.writeString(certificate, identity.chainPem());
    Files.writeString(key, identity.keyPem(form));
  }

  private TlsKeyPair read() throws IOException, FormatException {
    return TlsKeyPair.read(certificate, key);
  }

  @Test
  void readsEveryFormOfAKeyWithAChain() throws Exception {
    for (var kind : KeyKind.values()) {
      for (var form : KeyForm.values()) {
        var identity = CA.intermediate().server(kind, "localhost");
        write(identity, form);

        var pair = read();

        assertEquals(2, pair.chain().size());
        assertEquals(identity.chain(), pair.chain());
        assertEquals(secretOf(identity.key()), secretOf(pair.key()));
        assertEquals(1, pair.keyManagers().length);
        assertFalse(pair.toString().contains(secretOf(pair.key()).toString()), pair.toString());
      }
    }
  }

  /// To take it out anew for each handshake costs more than the handshake.
  @Test
  void takesTheKeyOutOfItsStoreOnce() throws Exception {
    write(CA.loopbackServer(), KeyForm.PKCS8);
    var manager = (X509KeyManager) read().keyManagers()[0];

    var first = manager.getPrivateKey(manager.chooseServerAlias("EC", null, null));
    var second = manager.getPrivateKey(manager.chooseServerAlias("EC", null, null));

    assertSame(first, second);
  }

  @Test
  void readsBothFromOneFileAmongComments() throws Exception {
    var identity = CA.loopbackServer();
    var both = "caf\u00e9\n" + identity.keyPem(KeyForm.PKCS8) + "more\n" + identity.chainPem();
    Files.writeString(key, both);

    assertEquals(identity.chain(), TlsKeyPair.read(key, key).chain());
  }

  @Test
  void readsKeysAfterTheParametersOfTheirCurve() throws Exception {
    var identity = CA.loopbackServer();
    write(identity, KeyForm.TRADITIONAL);
    var parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    Files.writeString(key, parameters + identity.keyPem(KeyForm.TRADITIONAL));

    assertEquals(secretOf(identity.key()), secretOf(read().key()));
  }

  @Test
  void refusesAKeyOfAnotherCertificate() throws Exception {
    for (var kind : KeyKind.values()) {
      write(CA.loopbackServer(), KeyForm.PKCS8);
      Files.writeString(key, CA.server(kind, "localhost").keyPem(KeyForm.PKCS8));

      assertRefusal("expected the key of the first certificate in .*tls.crt, got .*tls.key");
    }
  }

  @Test
  void refusesAChainThatIsNone() throws Exception {
    var identity = CA.intermediate().server("localhost");
    var own = CA.loopbackServer();
    for (var after : new String[] {own.chainPem(), identity.chainPem()}) {
      write(identity, KeyForm.PKCS8);
      Files.writeString(certificate, identity.chainPem() + after);

      assertRefusal("expected each certificate in .*tls.crt to be issued by the one after it, .*");
    }
  }

  @Test
  void saysWhichFileIsMissing() throws Exception {
    write(CA.loopbackServer(), KeyForm.PKCS8);
    Files.delete(key);

    var refusal = assertThrows(IOException.class, this::read);

    assertEquals(key + ": no such file", refusal.getMessage());
  }

  @Test
  void saysWhatIsWrongWithAKey() throws Exception {
    write(CA.loopbackServer(), KeyForm.PKCS8);
    var ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();

    for (var none : new String[] {"", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA"}) {
      Files.writeString(key, none);
      assertRefusal("expected .*tls.key to hold a private key in PEM, got none");
    }
    Files.copy(certificate, key, StandardCopyOption.REPLACE_EXISTING);
    assertRefusal("expected .*tls.key to hold a private key in PEM, got none");
    for (var bad :
        new String[] {
          pem("ENCRYPTED PRIVATE KEY", new byte[9]),
          pem("OPENSSH PRIVATE KEY", new byte[9]),
          pem("EC PRIVATE KEY", new byte[0]),
          pem("PRIVATE KEY", new byte[0]),
          pem("PRIVATE KEY", ed25519.getEncoded())
        }) {
      Files.writeString(key, bad);
      assertRefusal("expected .*tls.key to hold an RSA or ECDSA key that is not encrypted, got .*");
    }
  }

  @Test
  void saysWhatIsWrongWithACertificate() throws Exception {
    write(CA.loopbackServer(), KeyForm.PKCS8);

    Files.writeString(certificate, Files.readString(key));
    assertRefusal("expected .*tls.crt to hold a certificate in PEM, got none");
    Files.writeString(certificate, pem("CERTIFICATE", new byte[9]));
    assertRefusal("expected .*tls.crt to hold X.509 certificates, got other bytes .*");
  }

  @Test
  void anyFileIsAKeyOrARefusalWithoutASecret() throws Exception {
    long seed = 20_260_104;
    var random = new Random(seed);
    for (var kind : KeyKind.values()) {
      var identity = CA.server(kind, "localhost");
      for (var form : KeyForm.values()) {
        write(identity, form);
        var good = identity.keyPem(form);
        for (int i = 0; i < 300; i++) {
          Files.writeString(
              key, random.nextBoolean() ? misspelt(good, random) : damaged(good, random));
          try {
            assertEquals(identity.chain(), read().chain());
          } catch (FormatException e) {
            var where = "seed " + seed + ", " + kind + ' ' + form + ", round " + i;
            assertTrue(e.problem().startsWith("expected "), where);
            assertFalse(e.problem().contains(good.substring(60, 80)), where);
            assertEquals(1, e.problem().lines().count(), where);
          }
        }
      }
    }
  }

  /// The text with other characters here and there.
  private static String misspelt(String pem, Random random) {
    var text = new StringBuilder(pem);
    for (int n = random.nextInt(3); n >= 0; n--) {
      text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(95)));
    }
    return text.toString();
  }

  /// Well-formed PEM around other bytes, or fewer.
  private static String damaged(String pem, Random random) {
    var lines = pem.lines().toList();
    var body = String.join("", lines.subList(1, lines.size() - 1));
    var der = Base64.getDecoder().decode(body);
    for (int n = random.nextInt(3); n >= 0; n--) {
      // Half of the damage is among the lengths and tags at the front.
      int at = random.nextInt(random.nextBoolean() ? 40 : der.length);
      der[at] = (byte) random.nextInt(256);
    }
    int size = random.nextInt(4) == 0 ? random.nextInt(der.length) : der.length;
    return pem(lines.getFirst().replaceAll("-----(BEGIN )?", ""), Arrays.copyOf(der, size));
  }

  private static String pem(String label, byte[] der) {
    var body = Base64.getEncoder().encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static BigInteger secretOf(PrivateKey key) {
    return key instanceof ECPrivateKey ec ? ec.getS() : ((RSAPrivateKey) key).getPrivateExponent();
  }

  private void assertRefusal(String pattern) {
    var refusal = assertThrows(FormatException.class, this::read);
    assertTrue(refusal.problem().matches(pattern), refusal.problem());
  }
}
