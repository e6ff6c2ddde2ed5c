package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Digest;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What `copy` copied, cosign verifies.
class CopyInteropTest {
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

  static Stream<Arguments> pairs() {
    return Stream.of(Sites.Kind.values())
        .flatMap(from -> Stream.of(Sites.Kind.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void copiesBothFormsBetweenAllKindsOfRegistries(Sites.Kind from, Sites.Kind to) throws Exception {
    var name = (from + "-" + to).replace(' ', '-');
    var image = TestImage.oci(name);
    var source = sites.at(from).push(image, "c/from-" + name, "v1");
    shelf.signInAllForms("good", source);
    var target = sites.at(to).host() + "/c/to-" + name;

    shelf.ours("copy", source, target + ":v1").succeeded();

    shelf.verifyBundles("good", target + ":v1").succeeded();
    shelf.verifyTagForm("good", target + ":v1").succeeded();
    shelf.verifyAttestations("good", target + ":v1").succeeded();
    assertEquals(2, shelf.countProven("good", target + ":v1"));
    var tag = image.digest().replace(':', '-');
    if (sites.at(to).has("c/to-" + name, tag)) {
      var there = sites.at(to).manifest("c/to-" + name, tag);
      assertNotEquals(image.digest(), Digest.of(Bytes.utf8(there)).toString());
      assertTrue(there.contains("\"manifests\""), there);
    }
  }

  @ParameterizedTest
  @EnumSource
  void copiesAnIndexWithTheSignaturesOfItsImages(Sites.Kind to) throws Exception {
    var index = TestIndex.of(TestImage.oci(to + "1"), TestImage.oci(to + "2", "arm64"));
    var source = sites.at(Sites.Kind.IN_PROCESS).push(index, "i/from-" + name(to), "v1");
    shelf.signInTagForm("good", "-r", source);
    shelf.signInBundleForm("good", "-r", source);
    var target = sites.at(to).host() + "/i/to";

    shelf.ours("copy", source, target + ":v1").succeeded();

    for (var image :
        Stream.concat(Stream.of(index.digest()), index.images().stream().map(TestImage::digest))
            .toList()) {
      shelf.verifyBundles("good", target + "@" + image).succeeded();
      shelf.verifyTagForm("good", target + "@" + image).succeeded();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsWhatIsAttachedAtTheTarget(Sites.Kind kind) throws Exception {
    var site = sites.at(kind);
    var image = TestImage.oci("kept " + kind);
    var source = site.push(image, "k/from", "v1");
    var target = site.push(image, "k/to", "v1");
    shelf.signInAllForms("good", source);
    shelf.signInAllForms("other", target);

    shelf.ours("copy", source, target).succeeded();

    for (var key : new String[] {"good", "other"}) {
      shelf.verifyBundles(key, target).succeeded();
      shelf.verifyTagForm(key, target).succeeded();
      assertEquals(2, shelf.countProven(key, target));
    }
  }

  /// cosign's copy loses bundles, and puts the image where the list of referrers belongs.
  @Test
  void repairsWhatCosignCopied() throws Exception {
    var site = sites.at(Sites.Kind.DOCKER_REGISTRY);
    var image = TestImage.oci("theirs");
    var source = site.push(image, "r/from", "v1");
    shelf.signInBundleForm("good", source);
    var target = site.host() + "/r/to:v1";
    shelf.theirs("copy", source, target).succeeded();
    assertEquals(10, shelf.verifyBundles("good", target).exit());

    shelf.ours("copy", source, target).succeeded();

    shelf.verifyBundles("good", target).succeeded();
  }

  @Test
  void copiesWhatRefersToTheImageThoughItIsNoSignature() throws Exception {
    var image = TestImage.oci("with an SBOM");
    var source = sites.at(Sites.Kind.DOCKER_REGISTRY).push(image, "o/from", "v1");
    var oras = Peers.require("oras");
    oras.runIn(
            shelf.desk().folder(),
            shelf.desk().environment(),
            "attach",
            "--plain-http",
            "--artifact-type",
            "application/spdx+json",
            source,
            "predicate.json")
        .succeeded();
    var target = sites.at(Sites.Kind.DOCKER_REGISTRY).host() + "/o/to:v1";

    shelf.ours("copy", source, target).succeeded();

    var found =
        oras.runIn(
            shelf.desk().folder(), shelf.desk().environment(), "discover", "--plain-http", target);
    assertTrue(found.succeeded().stdout().contains("application/spdx+json"), found.toString());
  }

  @Test
  void copiesWhatIsAskedForOnly() throws Exception {
    var site = sites.at(Sites.Kind.DOCKER_REGISTRY);
    var image = TestImage.oci("only");
    var source = site.push(image, "only/from", "v1");
    shelf.signInAllForms("good", source);
    var target = site.push(image, "only/to", "v1");

    shelf.ours("copy", "--only=att", source, target).succeeded();

    shelf.verifyAttestations("good", target).succeeded();
    assertEquals(10, shelf.verifyTagForm("good", target).exit());
    assertFalse(site.has("only/to", Site.signatureTag(image.digest())));
    assertEquals(10, shelf.ours("verify", "--key", "good.pub", target).exit());
  }

  private static String name(Sites.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
