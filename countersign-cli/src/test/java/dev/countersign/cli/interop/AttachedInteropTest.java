package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What one command downloads, attaches, draws and removes, beside what the other does.
class AttachedInteropTest {
  @TempDir static Path folder;
  private static Sites sites;
  private static Shelf shelf;

  @BeforeAll
  static void makeKeys() throws IOException {
    sites = new Sites(folder);
    shelf = Shelf.at(sites);
  }

  @AfterAll
  static void stopRegistries() {
    sites.close();
  }

  @ParameterizedTest
  @EnumSource
  void downloadsInTagFormWhatCosignDownloads(Sites.Kind kind) throws Exception {
    var image = sites.at(kind).push(TestImage.oci("down"), "d/tag", "v1");
    shelf.signInTagForm("good", image);
    shelf.signInTagForm("other", image);
    shelf.attestInTagForm("good", image);

    assertSameOutput("download", "signature", image);
    assertSameOutput("download", "attestation", image);
    assertSameOutput("download", "attestation", "--predicate-type", "custom", image);
  }

  @ParameterizedTest
  @EnumSource
  void downloadsTheBundlesThatCosignDownloads(Sites.Kind kind) throws Exception {
    var signed = sites.at(kind).push(TestImage.oci("signed"), "d/signed", "v1");
    shelf.signInBundleForm("good", signed);
    shelf.signInBundleForm("other", signed);
    var attested = sites.at(kind).push(TestImage.oci("attested"), "d/attested", "v1");
    shelf.attestInBundleForm("good", attested);

    assertSameOutput("download", "signature", signed);
    assertSameOutput("download", "attestation", attested);
  }

  /// cosign's prints bundles alone where there are some, attestations among them.
  @Test
  void downloadsSignaturesInBothFormsAndNoAttestation() throws Exception {
    var image = sites.at(Sites.Kind.DOCKER_REGISTRY).push(TestImage.oci("all"), "d/all", "v1");
    shelf.signInAllForms("good", image);

    var signatures = shelf.ours("download", "signature", image).succeeded().stdout().lines();
    var attestations = shelf.ours("download", "attestation", image).succeeded().stdout().lines();

    assertEquals(
        List.of("{\"mediaType\":", "{\"Base64Signa"),
        signatures.map(line -> line.substring(0, 13)).toList());
    assertEquals(
        List.of("{\"mediaType\":", "{\"payloadType"),
        attestations.map(line -> line.substring(0, 13)).toList());
  }

  @ParameterizedTest
  @EnumSource
  void attachesASignatureThatCosignMadeForAFile(Sites.Kind kind) throws Exception {
    var image = sites.at(kind).push(TestImage.oci("attach " + kind), "a/sig", "v1");
    Files.writeString(
        shelf.folder("payload.json"), shelf.theirs("generate", image).succeeded().stdout());
    shelf
        .theirs(
            "sign-blob",
            "-y",
            "--key",
            "good.key",
            "--tlog-upload=false",
            "--use-signing-config=false",
            "--new-bundle-format=false",
            "--output-signature",
            "payload.sig",
            "payload.json")
        .succeeded();

    shelf
        .ours(
            "attach", "signature", "--payload", "payload.json", "--signature", "payload.sig", image)
        .succeeded();

    shelf.verifyTagForm("good", image).succeeded();
    assertEquals(1, shelf.countProven("good", image));
  }

  @ParameterizedTest
  @EnumSource
  void attachesElsewhereWhatWasDownloaded(Sites.Kind kind) throws Exception {
    var image = TestImage.oci("moved " + kind);
    var source = sites.at(Sites.Kind.IN_PROCESS).push(image, "m/from", "v1");
    shelf.signInBundleForm("good", source);
    shelf.attestInTagForm("good", source);
    shelf.attestInBundleForm("good", source);
    var target = sites.at(kind).push(image, "m/to", "v1");
    for (var what : new String[] {"signature", "attestation"}) {
      var lines = shelf.ours("download", what, source).succeeded().stdout();
      Files.writeString(shelf.folder(what + ".jsonl"), lines);
    }

    var words =
        new String[] {
          "attach",
          "attestation",
          "--attestation",
          "signature.jsonl",
          "--attestation",
          "attestation.jsonl",
          target
        };
    shelf.ours(words).succeeded();
    var again = shelf.ours(words).succeeded();

    shelf.verifyBundles("good", target).succeeded();
    shelf.verifyAttestations("good", target).succeeded();
    assertEquals(3, again.stderr().lines().filter(line -> line.contains("already")).count());
    assertEquals(1, shelf.countProven("good", target));
  }

  @ParameterizedTest
  @EnumSource
  void drawsTheTreeThatCosignDraws(Sites.Kind kind) throws Exception {
    var image = sites.at(kind).push(TestImage.oci("tree"), "t/tree", "v1");
    shelf.signInAllForms("good", image);
    shelf.signInTagForm("other", image);

    assertEquals(sorted(shelf.theirs("tree", image)), sorted(shelf.ours("tree", image)));
    assertEquals(shelf.ours("tree", image).stdout(), shelf.ours("tree", image).stdout());
  }

  @ParameterizedTest
  @EnumSource
  void namesTheTagsThatCosignNames(Sites.Kind kind) throws Exception {
    var image = sites.at(kind).push(TestImage.oci("tags"), "t/tags", "v1");
    for (var type : new String[] {"signature", "attestation", "sbom", "digest"}) {
      assertSameOutput("triangulate", "--type", type, image);
    }
  }

  @ParameterizedTest
  @EnumSource
  void removesBothFormsSoThatCosignFindsNothing(Sites.Kind kind) throws Exception {
    var site = sites.at(kind);
    var image = site.push(TestImage.oci("clean " + kind), "x/ours", "v1");
    shelf.signInAllForms("good", image);

    var run = shelf.ours("clean", "-f", image).succeeded();

    assertEquals(4, run.stderr().lines().filter(line -> line.startsWith("Removed ")).count());
    assertEquals(10, shelf.verifyBundles("good", image).exit());
    assertEquals(10, shelf.verifyTagForm("good", image).exit());
    assertEquals(1, shelf.verifyAttestations("good", image).exit());
    assertTrue(site.has("x/ours", "v1"));
    shelf.signInAllForms("good", image);
    shelf.verifyBundles("good", image).succeeded();
  }

  @ParameterizedTest
  @EnumSource
  void removesSignaturesAndKeepsAttestations(Sites.Kind kind) throws Exception {
    var image = sites.at(kind).push(TestImage.oci("part " + kind), "x/part", "v1");
    shelf.signInAllForms("good", image);

    shelf.ours("clean", "-f", "--type", "signature", image).succeeded();

    assertEquals(10, shelf.ours("verify", "--key", "good.pub", image).exit());
    shelf.verifyAttestations("good", image).succeeded();
    assertEquals(
        2, shelf.ours("download", "attestation", image).succeeded().stdout().lines().count());
  }

  @ParameterizedTest
  @EnumSource
  void findsNothingAfterCosignRemoved(Sites.Kind kind) throws Exception {
    var image = sites.at(kind).push(TestImage.oci("clean " + kind), "x/theirs", "v1");
    shelf.signInTagForm("good", image);
    shelf.signInBundleForm("good", image);

    shelf.theirs("clean", "-f", image).succeeded();

    assertEquals(10, shelf.ours("verify", "--key", "good.pub", image).exit());
  }

  private static void assertSameOutput(String... words) {
    assertEquals(sorted(shelf.theirs(words)), sorted(shelf.ours(words)), () -> List.of(words) + "");
  }

  private static List<String> sorted(Peer.Run run) {
    return run.succeeded().stdout().lines().sorted().toList();
  }
}
