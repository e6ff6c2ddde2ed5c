package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Each command signs files with each kind of key in both forms, and each verifies what the others
/// signed.
class BlobMatrixTest {
  private static final String FILE = "app.tar";

  @TempDir static Path folder;
  private static Desk desk;

  private enum Form {
    BUNDLE,
    OLD_BUNDLE,
    SIGNATURE
  }

  @BeforeAll
  static void makeKeys() throws Exception {
    desk = Desk.at(folder);
    Files.writeString(folder.resolve(FILE), "content\n");
    Files.writeString(folder.resolve("altered.tar"), "contents\n");
    Files.writeString(
        folder.resolve("root.json"),
        "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}");
    for (var kind : KeyKind.values()) {
      kind.make(desk);
    }
  }

  @TestFactory
  Stream<DynamicNode> eachVerifiesWhatEachSigned() {
    return Stream.of(KeyKind.values())
        .map(kind ->
            dynamicContainer(
                kind.name(),
                Stream.of(Tool.values())
                    .flatMap(signer ->
                        Stream.of(Form.values())
                            .map(form ->
                                dynamicTest(
                                    signer + ", " + form,
                                    () -> signAndVerify(kind, signer, form))))));
  }

  private static void signAndVerify(KeyKind kind, Tool signer, Form form) {
    signer.require();
    var output = sign(kind, signer, form);
    for (var verifier : Tool.values()) {
      verifier.require();
      var good = verify(kind, verifier, form, output, FILE);
      var isKnown = knows(kind, signer, form, verifier);
      assertEquals(isKnown ? 0 : 1, good.exit(), () -> verifier + ": " + good);
      assertEquals(isKnown, good.stderr().endsWith("Verified OK\n"), () -> verifier + ": " + good);
      var bad = verify(kind, verifier, form, output, "altered.tar");
      assertEquals(1, bad.exit(), () -> verifier + ": " + bad);
    }
    var other = kind == KeyKind.P256 ? KeyKind.RSA2048 : KeyKind.P256;
    assertEquals(1, verify(other, Tool.OURS, form, output, FILE).exit());
  }

  /// Ours verifies all. A cosign tries one hash, SHA-256, with each key, though cosign 3 signs with
  /// the curve's own (cosign #5091); and cosign 3 writes bundles by Ed25519 keys that lack what it
  /// demands of them.
  private static boolean knows(KeyKind kind, Tool signer, Form form, Tool verifier) {
    if (verifier == Tool.OURS) {
      return true;
    }
    return switch (kind) {
      case P256, RSA2048 -> true;
      case P384, P521 -> signer == Tool.COSIGN2;
      case ED25519 -> !(form == Form.BUNDLE && signer == Tool.COSIGN3 && verifier == Tool.COSIGN3);
    };
  }

  /// Signs [#FILE] and returns the file with the signature.
  private static String sign(KeyKind kind, Tool signer, Form form) {
    var output = (kind + "-" + signer.name() + "-" + form).toLowerCase(Locale.ROOT);
    var words = new ArrayList<>(List.of("sign-blob", "--key", kind + ".key", FILE));
    words.addAll(
        switch (signer) {
          case OURS -> List.<String>of();
          case COSIGN2 -> List.of("--tlog-upload=false");
          case COSIGN3 -> List.of("--tlog-upload=false", "--use-signing-config=false");
        });
    words.add("--new-bundle-format=" + (form == Form.BUNDLE));
    words.addAll(
        switch (form) {
          case BUNDLE, OLD_BUNDLE -> List.of("--bundle", output);
          case SIGNATURE -> List.of("--output-signature", output);
        });
    desk.run(signer, words.toArray(String[]::new)).succeeded();
    return output;
  }

  private static Peer.Run verify(
      KeyKind kind, Tool verifier, Form form, String output, String file, String... more) {
    var words = new ArrayList<>(List.of("verify-blob", "--key", kind + ".pub", file));
    words.addAll(verifier.verifyFlags());
    words.addAll(List.of(form == Form.SIGNATURE ? "--signature" : "--bundle", output));
    if (verifier == Tool.COSIGN2 && form == Form.BUNDLE) {
      words.addAll(List.of("--new-bundle-format", "--trusted-root", "root.json"));
    }
    words.addAll(List.of(more));
    return desk.run(verifier, words.toArray(String[]::new));
  }

  /// The way out for users of cosign 3; not with an old bundle, whose key it takes with SHA-256.
  @Test
  void cosign3VerifiesOurCurvesWhenItIsToldTheHash() {
    for (var one : Map.of(KeyKind.P384, "sha384", KeyKind.P521, "sha512").entrySet()) {
      for (var form : List.of(Form.BUNDLE, Form.SIGNATURE)) {
        var output = sign(one.getKey(), Tool.OURS, form);
        verify(
                one.getKey(),
                Tool.COSIGN3,
                form,
                output,
                FILE,
                "--signature-digest-algorithm",
                one.getValue())
            .succeeded();
      }
    }
  }

  /// cosign 3.1.1 takes the key in the bundle instead of the one that it was given.
  @Test
  void onlyCosignTakesTheKeyThatLiesInAnOldBundle_GHSA_fx35_mq7g_6g98() {
    for (var signer : List.of(Tool.OURS, Tool.COSIGN3)) {
      var output = sign(KeyKind.RSA2048, signer, Form.OLD_BUNDLE);

      assertEquals(1, verify(KeyKind.P256, Tool.OURS, Form.OLD_BUNDLE, output, FILE).exit());
      assertEquals(0, verify(KeyKind.P256, Tool.COSIGN3, Form.OLD_BUNDLE, output, FILE).exit());
    }
  }

  /// An attestation about a file is no signature of it; cosign takes it for one.
  @Test
  void onlyCosignTakesAnAttestationForASignature() throws IOException {
    Files.writeString(folder.resolve("predicate.json"), "{}");
    desk.run(
            Tool.COSIGN3,
            "attest-blob",
            "--key",
            "P256.key",
            "--tlog-upload=false",
            "--use-signing-config=false",
            "--predicate",
            "predicate.json",
            "--bundle",
            "attested.json",
            FILE)
        .succeeded();

    var ours = verify(KeyKind.P256, Tool.OURS, Form.BUNDLE, "attested.json", FILE);
    var theirs = verify(KeyKind.P256, Tool.COSIGN3, Form.BUNDLE, "attested.json", FILE);

    assertEquals(1, ours.exit(), ours::toString);
    assertTrue(ours.stderr().contains("signs a statement, not a file"), ours::toString);
    assertEquals(0, theirs.exit(), theirs::toString);
  }

  @Test
  void eachVerifiesTheBundleThatWasCreatedOfAnOldOne() {
    for (var signer : Tool.values()) {
      signer.require();
      var old = sign(KeyKind.P256, signer, Form.OLD_BUNDLE);
      desk.run(
              Tool.OURS,
              "bundle",
              "create",
              "--key",
              "P256.pub",
              "--artifact",
              FILE,
              "--bundle",
              old,
              "--ignore-tlog",
              "--out",
              "created.json")
          .succeeded();

      for (var verifier : Tool.values()) {
        verify(KeyKind.P256, verifier, Form.BUNDLE, "created.json", FILE).succeeded();
      }
    }
  }

  /// Both name the file by SHA-256, the hash of the signature included: theirs is verified by ours.
  @Test
  void oursVerifiesTheBundlesThatCosignCreates() {
    for (var kind : KeyKind.values()) {
      var signature = sign(kind, Tool.OURS, Form.SIGNATURE);
      desk.run(
              Tool.COSIGN3,
              "bundle",
              "create",
              "--key",
              kind + ".pub",
              "--artifact",
              FILE,
              "--signature",
              signature,
              "--ignore-tlog",
              "--out",
              "theirs.json")
          .succeeded();

      verify(kind, Tool.OURS, Form.BUNDLE, "theirs.json", FILE).succeeded();
    }
  }

  @Test
  void bothVerifyAFileByItsDigest() {
    var digest = "sha256:434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53";
    for (var signer : List.of(Tool.OURS, Tool.COSIGN3)) {
      var output = sign(KeyKind.P256, signer, Form.BUNDLE);

      for (var verifier : List.of(Tool.OURS, Tool.COSIGN3)) {
        verify(KeyKind.P256, verifier, Form.BUNDLE, output, digest).succeeded();
      }
    }
  }

  /// The bundles are the same but for the signature, whitespace included; ours says the file's
  /// digest with Ed25519 keys too.
  @Test
  void bundlesLookLikeThoseOfCosign3() throws IOException {
    for (var kind : KeyKind.values()) {
      var ours = shape(sign(kind, Tool.OURS, Form.BUNDLE));
      var theirs = shape(sign(kind, Tool.COSIGN3, Form.BUNDLE));

      var digest =
          "\"algorithm\":\"SHA2_256\",\"digest\":\"Q0copBCnj1b8G1iZw1k0NuYasMcx6QctleltspAgXlM=\"";
      assertEquals(theirs, kind == KeyKind.ED25519 ? ours.replace(digest, "") : ours, kind.name());
    }
    assertEquals(
        shape(sign(KeyKind.P256, Tool.COSIGN3, Form.OLD_BUNDLE)),
        shape(sign(KeyKind.P256, Tool.OURS, Form.OLD_BUNDLE)));
  }

  private static String shape(String file) throws IOException {
    return Files.readString(folder.resolve(file))
        .replaceAll(", \"", ",\"")
        .replaceAll("(?i)(signature\":\")[^\"]+", "$1…");
  }
}
