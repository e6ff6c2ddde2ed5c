package dev.countersign.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.SoftwareKey;
import dev.countersign.transparency.Checkpoint.Kind;
import dev.countersign.trust.TrustedLog;
import dev.countersign.trust.Validity;
import java.io.ByteArrayOutputStream;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final String ROOT = "A".repeat(43) + '=';
  private static final String SIGNATURE = "\u2014 log.example AAAAAQI=\n";

  @Test
  void readsOriginSizeRootAndTheSignaturesOfAll() throws Exception {
    var text = "log.example\n7\n" + ROOT + "\nmore\n";
    var checkpoint = Checkpoint.parse(text + '\n' + SIGNATURE + "\u2014 a b c AAAAAQI=\n");

    assertEquals(text, checkpoint.text());
    assertEquals("log.example", checkpoint.origin());
    assertEquals(7, checkpoint.size());
    assertEquals(Bytes.copyOf(new byte[32]), checkpoint.root());
    assertEquals("log.example", checkpoint.signatures().getFirst().name());
    assertEquals("a b c", checkpoint.signatures().getLast().name());
    assertEquals(Bytes.copyOf(new byte[] {0, 0, 0, 1}), checkpoint.signatures().getLast().hint());
  }

  @Test
  void isSignedByTheLogThatSignedThisText() throws Exception {
    var log = new TestLog();
    var good = log.checkpoint(Bytes.utf8("{}"));
    var grown = good.replaceFirst("\n1\n", "\n2\n");

    assertTrue(Checkpoint.parse(good).isSignedBy(log.trusted(), Kind.TREE));
    assertFalse(Checkpoint.parse(grown).isSignedBy(log.trusted(), Kind.TREE));
    assertFalse(Checkpoint.parse(good).isSignedBy(new TestLog().trusted(), Kind.TREE));
  }

  /// The hint only says which key to try.
  @Test
  void anothersSignatureUnderTheLogsHintProvesNothing() throws Exception {
    var log = new TestLog();
    var lines = new String[] {"log.example - 42", "1", ROOT};
    var own = Checkpoint.parse(log.note(lines)).signatures().getFirst();
    var others = Checkpoint.parse(new TestLog().note(lines)).signatures().getFirst();
    var mixed = note(String.join("\n", lines) + '\n', own.hint(), others.signature());

    assertFalse(mixed.isSignedBy(log.trusted(), Kind.TREE));
  }

  /// An Ed25519 key's hint is made of its name and type too; other keys' hints are of the key
  /// alone, as are all of Rekor 1.
  @ParameterizedTest
  @CsvSource({
    "EC, TREE, false",
    "EC, TILES, false",
    "Ed25519, TREE, false",
    "Ed25519, TILES, true"
  })
  void findsTheLogsSignatureByTheHintOfItsKey(String algorithm, Kind kind, boolean withName)
      throws Exception {
    var pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    var key = SoftwareKey.parseDer(Bytes.copyOf(pair.getPrivate().getEncoded()));
    var spki = key.publicKey().spki();
    var log =
        new TrustedLog(
            "https://log.example", HashAlgorithm.SHA256.of(spki), key.publicKey(), Validity.ALWAYS);
    var origin = kind == Kind.TREE ? "log.example - 42" : "log.example";
    var text = origin + "\n1\n" + ROOT + '\n';
    var named = new ByteArrayOutputStream();
    named.writeBytes(Bytes.utf8(origin + "\n\1").toArray());
    named.write(spki.toArray(), spki.size() - 32, 32);
    var signature = key.sign(Bytes.utf8(text));

    assertEquals(
        withName,
        note(text, HashAlgorithm.SHA256.of(Bytes.copyOf(named.toByteArray())), signature)
            .isSignedBy(log, kind));
    assertEquals(
        !withName, note(text, HashAlgorithm.SHA256.of(spki), signature).isSignedBy(log, kind));
  }

  /// Signed under the first four bytes of `id`.
  private static Checkpoint note(String text, Bytes id, Bytes signature) throws FormatException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(id.toArray(), 0, 4);
    bytes.writeBytes(signature.toArray());
    var base64 = Base64Text.encode(Bytes.copyOf(bytes.toByteArray()));
    return Checkpoint.parse(text + "\n\u2014 log.example " + base64 + '\n');
  }

  /// Of a log of tiles origin, key and signature have one name; of a tree the origin has a number.
  @Test
  void isSignedUnderTheLogsOwnNameOnly() throws Exception {
    var log = new TestLog();
    var tiles = Checkpoint.parse(log.note("log.example", "1", ROOT));
    var elsewhere = Checkpoint.parse(log.note("log.example.evil", "1", ROOT));
    var aliased =
        Checkpoint.parse(
            log.note("log.example", "1", ROOT).replace("\u2014 log.example ", "\u2014 other "));

    assertTrue(tiles.isSignedBy(log.trusted(), Kind.TILES));
    assertFalse(elsewhere.isSignedBy(log.trusted(), Kind.TILES));
    assertFalse(aliased.isSignedBy(log.trusted(), Kind.TILES));
    assertFalse(tiles.isSignedBy(log.trusted(), Kind.TREE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "log\n1\n%s\n",
        "log\n1\n%s\n\n\u2014 log AAAAAQI=",
        "log\n1\n\n\u2014 log AAAAAQI=\n",
        "\n1\n%s\n\n\u2014 log AAAAAQI=\n",
        "log\n01\n%s\n\n\u2014 log AAAAAQI=\n",
        "log\n-1\n%s\n\n\u2014 log AAAAAQI=\n",
        "log\n9999999999999999999\n%s\n\n\u2014 log AAAAAQI=\n",
        "log\n1\nAAAA\n\n\u2014 log AAAAAQI=\n",
        "log\n1\n%s\n\n- log AAAAAQI=\n",
        "log\n1\n%s\n\n\u2014 AAAAAQI=\n",
        "log\n1\n%s\n\n\u2014  AAAAAQI=\n",
        "log\n1\n%s\n\n\u2014 log AAAAAQ==\n",
        "log\n1\n%s\nmore\t\n\n\u2014 log AAAAAQI=\n",
        "log\n1\n%s\n\n\u2014 log AAAAAQI=\r\n",
        "log\n1\n%s\n\n\u2014 log AAAAAQI=\r\u2014 log AAAAAQI=\n",
        "log\n1\n%s\n\n\u2014 log !\n"
      })
  void refusesWhatIsNoCheckpoint(String text) {
    var note = text.replace("%s", ROOT);

    assertThrows(FormatException.class, () -> Checkpoint.parse(note));
  }

  @Test
  void boundsTheSignaturesAndTheText() throws Exception {
    var text = "log\n1\n" + ROOT + '\n';
    var most = text + "x".repeat(65_536 - text.length() - 2 - SIGNATURE.length()) + "\n\n";

    assertEquals(64, Checkpoint.parse(text + '\n' + SIGNATURE.repeat(64)).signatures().size());
    assertThrows(FormatException.class, () -> Checkpoint.parse(text + '\n' + SIGNATURE.repeat(65)));
    assertEquals(1, Checkpoint.parse(most + SIGNATURE).signatures().size());
    assertThrows(FormatException.class, () -> Checkpoint.parse('x' + most + SIGNATURE));
  }

  @Test
  void survivesHostileInput() throws Exception {
    HostileInput.attack(
        21,
        input -> Checkpoint.parse(input.toUtf8()),
        Bytes.utf8(new TestLog().checkpoint(Bytes.utf8("{}"))),
        Bytes.utf8("log\n0\n" + ROOT + "\n\n" + SIGNATURE.repeat(9)));
  }
}
