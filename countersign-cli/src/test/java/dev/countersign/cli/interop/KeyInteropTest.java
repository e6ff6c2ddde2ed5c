package dev.countersign.cli.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Key files are the same whoever made them.
class KeyInteropTest {
  private static final Pattern BASE64_VALUE = Pattern.compile("\"([A-Za-z0-9+/]{24,}={0,2})\"");

  @TempDir static Path folder;
  private static Sites sites;

  private Desk desk;

  @BeforeAll
  static void open() {
    sites = new Sites(folder);
  }

  @BeforeEach
  void clearDesk() throws IOException {
    desk = sites.desk();
  }

  @AfterAll
  static void stopRegistries() {
    sites.close();
  }

  @ParameterizedTest
  @EnumSource
  void aPairIsReadByAll(Tool maker) throws Exception {
    desk.makeKeys(maker, "pair");

    for (var reader : Tool.values()) {
      assertEquals(read("pair.pub"), publicKey(reader, "pair"), reader::toString);
    }
    assertSigns(maker, "pair");
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyPasswordIsReadByAll(Tool maker) throws IOException {
    var open = desk.with("COSIGN_PASSWORD", "");
    open.makeKeys(maker, "open");

    for (var reader : Tool.values()) {
      var run = open.run(reader, "public-key", "--key", "open.key").succeeded();
      assertEquals(read("open.pub"), run.stdout(), reader::toString);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordOpensNothing(Tool reader) {
    desk.makeKeys(Tool.OURS, "locked");

    var run = desk.with("COSIGN_PASSWORD", "").run(reader, "public-key", "--key", "locked.key");

    assertEquals(1, run.exit(), run::toString);
    assertEquals("", run.stdout(), run::toString);
  }

  @ParameterizedTest
  @EnumSource(names = {"COSIGN2", "COSIGN3"})
  void ourFilesLookLikeTheirs(Tool maker) throws IOException {
    desk.makeKeys(Tool.OURS, "ours");
    desk.makeKeys(maker, "theirs");

    assertEquals(shape("theirs"), shape("ours"));
    assertEquals(read("theirs.pub").lines().findFirst(), read("ours.pub").lines().findFirst());
    assertEquals(lineLengths("theirs.pub"), lineLengths("ours.pub"));
    for (var ending : List.of(".key", ".pub")) {
      assertEquals(mode("theirs" + ending), mode("ours" + ending));
    }
  }

  @ParameterizedTest
  @EnumSource
  void filesThatAreThereAreNotWrittenOverWithoutAnAnswer(Tool maker) throws IOException {
    Files.writeString(desk.folder().resolve("kept.key"), "kept");

    var run = desk.run(maker, "generate-key-pair", "--output-key-prefix", "kept");

    assertEquals(1, run.exit(), run::toString);
    assertEquals("kept", read("kept.key"));
  }

  /// cosign 2.5 cannot import: Debian's build refuses these keys as of unsupported type.
  @ParameterizedTest
  @CsvSource({"OURS, RSA2048", "COSIGN3, RSA2048", "OURS, P384", "COSIGN3, P384"})
  void anImportedKeySignsInAll(Tool importer, KeyKind of) throws Exception {
    var kind = of.name();
    of.writePem(desk.folder().resolve("plain.pem"));

    desk.run(importer, "import-key-pair", "--yes", "--key", "plain.pem", "-o", kind).succeeded();

    for (var reader : Tool.values()) {
      assertEquals(read(kind + ".pub"), publicKey(reader, kind), reader::toString);
    }
    if (of == KeyKind.RSA2048) {
      assertSigns(importer, kind);
    }
  }

  /// cosign 2.5 signs with SHA-256 whatever the key; ours and cosign 3 with the curve's own hash,
  /// which no cosign finds out by itself.
  @ParameterizedTest
  @CsvSource({"OURS, sha384", "COSIGN2, sha256", "COSIGN3, sha384"})
  void aSignatureOnP384SaysItsHash(Tool signer, String hash) throws Exception {
    KeyKind.P384.writePem(desk.folder().resolve("p384.pem"));
    var imports = List.of("import-key-pair", "--yes", "--key", "p384.pem", "-o", "p384");
    desk.run(Tool.OURS, imports.toArray(String[]::new)).succeeded();
    var image = push("p384-" + signer.name().toLowerCase(Locale.ROOT));
    desk.sign(signer, "p384", image).succeeded();

    var ours = desk.verify(Tool.OURS, "p384", image).succeeded();

    assertTrue(ours.stderr().contains("in tag form, " + hash), ours::toString);
    for (var cosign : List.of(Tool.COSIGN2, Tool.COSIGN3)) {
      desk.verify(cosign, "p384", "--signature-digest-algorithm", hash, image).succeeded();
      if (!hash.equals("sha256")) {
        assertEquals(12, desk.verify(cosign, "p384", image).exit());
      }
    }
  }

  @Test
  void aKeyThatIsNoKeyIsRefusedByAll() throws Exception {
    Files.writeString(desk.folder().resolve("text.key"), "text");
    Files.writeString(desk.folder().resolve("text.pub"), "text");

    for (var tool : Tool.values()) {
      assertEquals(1, desk.run(tool, "public-key", "--key", "text.key").exit(), tool::toString);
      assertEquals(1, desk.verify(tool, "text", push("text")).exit(), tool::toString);
      assertEquals(1, desk.sign(tool, "text", push("text")).exit(), tool::toString);
    }
  }

  /// All sign with the key, and all verify what each signed.
  private void assertSigns(Tool maker, String key) throws Exception {
    for (var signer : Tool.values()) {
      var name = (maker + "-" + signer + "-" + key).replace(" ", "").toLowerCase(Locale.ROOT);
      var image = push(name);
      desk.sign(signer, key, image).succeeded();
      for (var verifier : Tool.values()) {
        var run = desk.verify(verifier, key, image);
        assertEquals(0, run.exit(), () -> verifier + " of " + signer + ": " + run);
      }
    }
  }

  private static String push(String name) throws Exception {
    return sites.at(Sites.Kind.IN_PROCESS).push(TestImage.oci(name), "k/" + name, "v1");
  }

  private String publicKey(Tool reader, String key) {
    return desk.run(reader, "public-key", "--key", key + ".key").succeeded().stdout();
  }

  /// A private key file with lengths in the place of what differs from key to key.
  private String shape(String key) throws IOException {
    var lines = read(key + ".key").lines().toList();
    var body = String.join("", lines.subList(1, lines.size() - 1));
    var json = new String(Base64.getDecoder().decode(body), UTF_8);
    return lines.getFirst()
        + lineLengths(key + ".key")
        + BASE64_VALUE.matcher(json).replaceAll(found -> "\"" + found.group(1).length() + "\"");
  }

  private List<Integer> lineLengths(String file) throws IOException {
    return read(file).lines().map(String::length).toList();
  }

  private String mode(String file) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(desk.folder().resolve(file)));
  }

  private String read(String file) throws IOException {
    return Files.readString(desk.folder().resolve(file));
  }
}
