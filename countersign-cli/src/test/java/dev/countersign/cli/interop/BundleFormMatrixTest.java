package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each command signs in bundle form, and each verifies what the other signed, on registries with
/// and without a list of referrers.
class BundleFormMatrixTest {
  private static final List<Tool> TOOLS = List.of(Tool.OURS, Tool.COSIGN3);
  private static final String SIGN = "https://sigstore.dev/cosign/sign/v1";

  @TempDir static Path folder;
  private static Desk desk;
  private static Sites sites;

  @BeforeAll
  static void start() throws IOException {
    sites = new Sites(folder);
    desk = sites.desk();
    desk.makeKeys(Tool.OURS, "good");
    desk.makeKeys(Tool.OURS, "other");
  }

  @AfterAll
  static void stop() {
    sites.close();
  }

  static List<Arguments> cells() {
    var cells = new ArrayList<Arguments>();
    for (var kind : Sites.Kind.values()) {
      for (var signer : TOOLS) {
        cells.add(Arguments.of(kind, signer));
      }
    }
    return cells;
  }

  @ParameterizedTest(name = "{1} signs in {0}")
  @MethodSource("cells")
  void eachVerifiesWhatEachSigned(Sites.Kind kind, Tool signer) throws Exception {
    TOOLS.forEach(Tool::require);
    var site = sites.at(kind);
    var repository = "bundles/" + signer.name().toLowerCase(java.util.Locale.ROOT);
    var plain = site.push(TestImage.oci("plain"), repository, "plain");
    var noted = site.push(TestImage.oci("noted"), repository, "noted");
    site.push(TestImage.oci("bare"), repository, "bare");

    signInBundleForm(signer, plain).succeeded();
    signInBundleForm(signer, "-a", "env=prod", "-a", "a<b=1 & 2", noted).succeeded();

    var name = site.host() + "/" + repository;
    for (var verifier : TOOLS) {
      var wrong = verifier == Tool.OURS ? 12 : 1;
      assertVerdict(0, verifier, "good", plain);
      assertVerdict(0, verifier, "good", name + ":plain");
      assertVerdict(0, verifier, "good", noted);
      assertVerdict(0, verifier, "good", "-a", "env=prod", "-a", "a<b=1 & 2", noted);
      assertVerdict(wrong, verifier, "good", "-a", "env=dev", noted);
      assertVerdict(wrong, verifier, "good", "-a", "env=prod", plain);
      assertVerdict(wrong, verifier, "other", plain);
      assertVerdict(10, verifier, "good", name + ":bare");
      assertVerdict(11, verifier, "good", name + ":absent");
    }
    assertEquals(printed(Tool.COSIGN3, noted), printed(Tool.OURS, noted));
  }

  /// cosign 3.1 shows the first image's form to all; ours needs not be told.
  @ParameterizedTest
  @EnumSource(Sites.Kind.class)
  void findsBothFormsOfAllImagesOnOneCommandLine(Sites.Kind kind) throws Exception {
    Tool.COSIGN3.require();
    var site = sites.at(kind);
    var tag = site.push(TestImage.oci("in tag form"), "both/forms", "tag");
    var bundle = site.push(TestImage.oci("in bundle form"), "both/forms", "bundle");
    desk.sign(Tool.COSIGN3, "good", tag).succeeded();
    signInBundleForm(Tool.COSIGN3, bundle).succeeded();

    assertVerdict(0, Tool.OURS, "good", tag, bundle);
    assertVerdict(0, Tool.OURS, "good", bundle, tag);
    assertVerdict(10, Tool.COSIGN3, "good", tag, bundle);
    assertVerdict(1, Tool.COSIGN3, "good", bundle, tag);
  }

  /// cosign 3.1 refuses the key whose signature is in tag form, as soon as there is a bundle.
  @ParameterizedTest
  @EnumSource(Sites.Kind.class)
  void aBundleByOneKeyHidesNoSignatureInTagFormByAnother(Sites.Kind kind) throws Exception {
    Tool.COSIGN3.require();
    var site = sites.at(kind);
    var image = site.push(TestImage.oci("migrating"), "migrating/app", "v1");
    desk.sign(Tool.COSIGN3, "other", image).succeeded();
    signInBundleForm(Tool.OURS, image).succeeded();

    assertVerdict(0, Tool.OURS, "good", image);
    assertVerdict(0, Tool.OURS, "other", image);
    assertVerdict(1, Tool.COSIGN3, "other", image);
  }

  /// cosign 3.1 adds a bundle each time; ours sees its own and cosign's.
  @ParameterizedTest
  @EnumSource(Sites.Kind.class)
  void signsOnceWhateverCommandWasFirst(Sites.Kind kind) throws Exception {
    Tool.COSIGN3.require();
    var site = sites.at(kind);
    var image = site.push(TestImage.oci("again"), "again/app", "v1");
    signInBundleForm(Tool.COSIGN3, image).succeeded();
    signInBundleForm(Tool.OURS, image).succeeded();
    signInBundleForm(Tool.OURS, image).succeeded();

    assertEquals(1, claims(printed(Tool.OURS, image)).size());
    signInBundleForm(Tool.COSIGN3, image).succeeded();
    assertEquals(2, claims(printed(Tool.OURS, image)).size());
  }

  /// On a registry without list the index is shared: each command keeps the other's entries.
  @ParameterizedTest
  @EnumSource(Sites.Kind.class)
  void eachKeepsWhatTheOtherWrote(Sites.Kind kind) throws Exception {
    Tool.COSIGN3.require();
    var site = sites.at(kind);
    var image = site.push(TestImage.oci("shared"), "shared/app", "v1");
    signInBundleForm(Tool.OURS, "-a", "by=ours", image).succeeded();
    signInBundleForm(Tool.COSIGN3, "-a", "by=cosign", image).succeeded();
    signInBundleForm(Tool.OURS, "-a", "by=ours again", image).succeeded();

    for (var verifier : TOOLS) {
      for (var by : List.of("ours", "cosign", "ours again")) {
        assertVerdict(0, verifier, "good", "-a", "by=" + by, image);
      }
    }
  }

  /// cosign 2.5's signatures that refer to the image instead of having a tag; cosign 3.1 must be
  /// told.
  @ParameterizedTest
  @EnumSource(value = Sites.Kind.class)
  void findsTheExperimentalForm(Sites.Kind kind) throws Exception {
    Tool.COSIGN2.require();
    var site = sites.at(kind);
    var image = site.push(TestImage.oci("experimental"), "experimental/app", "v1");
    desk.with("COSIGN_EXPERIMENTAL", "1")
        .run(
            Tool.COSIGN2,
            "sign",
            "--key",
            "good.key",
            "--tlog-upload=false",
            "--registry-referrers-mode=oci-1-1",
            image)
        .succeeded();

    assertVerdict(0, Tool.OURS, "good", image);
    assertVerdict(12, Tool.OURS, "other", image);
  }

  private static Peer.Run signInBundleForm(Tool signer, String... rest) {
    var words = new ArrayList<>(List.of("sign", "--key", "good.key"));
    if (signer == Tool.COSIGN3) {
      words.addAll(List.of("--use-signing-config=false", "--tlog-upload=false"));
    }
    words.addAll(List.of(rest));
    return desk.run(signer, words.toArray(String[]::new));
  }

  private static void assertVerdict(int exit, Tool verifier, String key, String... rest) {
    var run = desk.verify(verifier, key, rest);
    assertEquals(exit, run.exit(), () -> verifier + " " + List.of(rest) + ": " + run);
    if (exit == 0) {
      assertTrue(run.stdout().contains("docker-manifest-digest"), run::toString);
    }
  }

  /// The JSON that a successful verification prints, without white space around it.
  private static String printed(Tool verifier, String image) {
    return desk.verify(verifier, "good", image).succeeded().stdout().strip();
  }

  private static List<JsonObject> claims(String printed) throws FormatException {
    var claims = new ArrayList<JsonObject>();
    for (var claim : JsonValue.parse(Bytes.utf8(printed)).asArray("claims")) {
      var object = claim.asObject("a claim");
      assertEquals(SIGN, object.getObject("critical").getString("type"));
      claims.add(object);
    }
    return claims;
  }
}
