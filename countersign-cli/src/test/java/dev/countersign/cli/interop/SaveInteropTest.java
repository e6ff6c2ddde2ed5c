package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What one command saves in a folder, the other verifies there and loads.
class SaveInteropTest {
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
  void loadsWhatCosignSavedIntoAllKindsOfRegistries(Sites.Kind to) throws Exception {
    var source = push("theirs " + to);
    shelf.signInAllForms("good", source);
    var saved = "theirs-" + name(to);
    shelf.theirs("save", "--dir", saved, source).succeeded();
    var target = sites.at(to).host() + "/l/theirs:v1";

    shelf.ours("load", "--dir", saved, target).succeeded();

    requireBothForms(target);
  }

  /// Without an attestation in tag form, after which cosign 3.1 loads no bundles, and into a
  /// registry that takes manifests before their blobs, as cosign 3.1 sends bundles.
  @Test
  void savesWhatCosignLoads() throws Exception {
    var source = push("ours");
    shelf.signInTagForm("good", source);
    shelf.signInBundleForm("good", source);
    shelf.attestInBundleForm("good", source);
    shelf.ours("save", "--dir", "ours", source).succeeded();
    var lenient = InProcessOptions.DEFAULT.withQuirks(Quirk.ACCEPTS_MISSING_CONTENT);
    try (var registry = InProcessRegistry.start(lenient)) {
      var target = registry.hostAndPort() + "/l/ours:v1";

      shelf.theirs("load", "--dir", "ours", target).succeeded();

      requireBothForms(target);
    }
  }

  @Test
  void savesWhatCosign2LoadsInTagForm() throws Exception {
    var source = push("ours for 2");
    shelf.signInTagForm("good", source);
    shelf.ours("save", "--dir", "ours2", source).succeeded();
    var target = sites.at(Sites.Kind.DOCKER_REGISTRY).host() + "/l/ours2:v1";

    shelf.desk().run(Tool.COSIGN2, "load", "--dir", "ours2", target).succeeded();

    shelf.verifyTagForm("good", target).succeeded();
  }

  @ParameterizedTest
  @EnumSource
  void loadsWhatOursSavedWithTheSignaturesOfAnIndexAndItsImages(Sites.Kind to) throws Exception {
    var index = TestIndex.of(TestImage.oci("x1 " + to), TestImage.oci("x2 " + to, "arm64"));
    var source = sites.at(Sites.Kind.IN_PROCESS).push(index, "s/index-" + name(to), "v1");
    shelf.signInTagForm("good", "-r", source);
    shelf.signInBundleForm("good", "-r", source);
    var saved = "index-" + name(to);
    shelf.ours("save", "--dir", saved, source).succeeded();
    var target = sites.at(to).host() + "/l/index";

    shelf.ours("load", "--dir", saved, target + ":v1").succeeded();

    shelf.verifyBundles("good", target + ":v1").succeeded();
    for (var image : index.images()) {
      shelf.verifyBundles("good", target + "@" + image.digest()).succeeded();
      shelf.verifyTagForm("good", target + "@" + image.digest()).succeeded();
    }
  }

  @Test
  void verifiesInTheFolderWhateverCommandSaved() throws Exception {
    var source = push("local");
    shelf.signInTagForm("good", source);
    shelf.signInBundleForm("good", source);
    shelf.ours("save", "--dir", "local-ours", source).succeeded();
    shelf.theirs("save", "--dir", "local-theirs", source).succeeded();

    for (var saved : new String[] {"local-ours", "local-theirs"}) {
      var ours = shelf.ours("verify", "--key", "good.pub", "--local-image", saved).succeeded();
      var digest = source.substring(source.indexOf('@') + 1);
      assertEquals(2, ours.stdout().split(digest, -1).length - 1, ours.stdout());
      assertEquals(
          12, shelf.ours("verify", "--key", "other.pub", "--local-image", saved).exit(), saved);
      for (var cosign : new Tool[] {Tool.COSIGN2, Tool.COSIGN3}) {
        shelf
            .desk()
            .run(
                cosign,
                "verify",
                "--key",
                "good.pub",
                "--insecure-ignore-tlog",
                "--local-image",
                saved)
            .succeeded();
      }
    }
  }

  @Test
  void savesALayoutThatOrasReads() throws Exception {
    var source = push("oras");
    shelf.signInBundleForm("good", source);
    var byTag = source.substring(0, source.indexOf('@')) + ":v1";
    shelf.ours("save", "--dir", "for-oras", byTag).succeeded();

    var found =
        Peers.require("oras")
            .runIn(
                shelf.desk().folder(),
                shelf.desk().environment(),
                "discover",
                "--oci-layout",
                "for-oras:v1")
            .succeeded();

    assertTrue(found.stdout().contains("application/vnd.dev.sigstore.bundle"), found.toString());
  }

  private static String push(String text) throws Exception {
    return sites
        .at(Sites.Kind.IN_PROCESS)
        .push(TestImage.oci(text), "s/" + text.replace(' ', '-').toLowerCase(Locale.ROOT), "v1");
  }

  private static void requireBothForms(String image) {
    shelf.verifyBundles("good", image).succeeded();
    shelf.verifyTagForm("good", image).succeeded();
    shelf.verifyAttestations("good", image).succeeded();
    assertEquals(2, shelf.countProven("good", image));
  }

  private static String name(Sites.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
