package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// All commands look in the same place for what is attached to an image.
class PlaceInteropTest {
  @TempDir static Path folder;
  private static Desk desk;
  private static Sites sites;

  @BeforeAll
  static void makeKeys() throws IOException {
    sites = new Sites(folder);
    desk = sites.desk();
    desk.makeKeys(Tool.OURS, "good");
    desk.makeKeys(Tool.OURS, "other");
  }

  @AfterAll
  static void stopRegistries() {
    sites.close();
  }

  @ParameterizedTest
  @EnumSource
  void signaturesElsewhereAreFoundElsewhereOnly(Tool signer) throws Exception {
    var repository = "p/" + signer.name().toLowerCase(Locale.ROOT);
    var content = TestImage.oci("elsewhere " + signer);
    var image = site().push(content, repository, "v1");
    var away = desk.with("COSIGN_REPOSITORY", site().host() + "/signatures/of-all");

    away.sign(signer, "good", image).succeeded();

    for (var verifier : Tool.values()) {
      var run = away.verify(verifier, "good", image);
      assertEquals(0, run.exit(), () -> verifier + ": " + run);
      assertEquals(12, away.verify(verifier, "other", image).exit(), verifier::toString);
      assertEquals(10, desk.verify(verifier, "good", image).exit(), verifier::toString);
    }
    var payload = site().payload("signatures/of-all", content.digest());
    assertTrue(payload.contains("\"" + site().host() + "/" + repository + "\""), payload);
    assertFalse(site().has(repository, Site.signatureTag(content.digest())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mirror/signatures"})
  void triangulateAnswersAsTheirs(String elsewhere) throws Exception {
    var image = site().push(TestImage.oci("placed"), "p/placed", "v1");
    var here =
        elsewhere.isEmpty()
            ? desk
            : desk.with("COSIGN_REPOSITORY", site().host() + "/" + elsewhere);

    for (var type : List.of("signature", "attestation", "sbom", "digest")) {
      for (var name : List.of(image, site().host() + "/p/placed:v1")) {
        var ours = here.run(Tool.OURS, "triangulate", "--type", type, name).succeeded().stdout();
        for (var cosign : List.of(Tool.COSIGN2, Tool.COSIGN3)) {
          var theirs = here.run(cosign, "triangulate", "--type", type, name).succeeded().stdout();
          assertEquals(theirs, ours, () -> cosign + " " + type + " " + name);
        }
      }
    }
  }

  @Test
  void treeDrawsAsTheirs() throws Exception {
    var image = site().push(TestImage.oci("drawn"), "p/drawn", "v1");
    desk.sign(Tool.OURS, "good", image).succeeded();
    assertDrawsAlike(image);

    desk.sign(Tool.OURS, "other", image).succeeded();

    assertDrawsAlike(image);
    assertDrawsAlike(site().host() + "/p/drawn:v1");
  }

  private static void assertDrawsAlike(String image) {
    var ours = desk.run(Tool.OURS, "tree", image).succeeded().stdout();
    for (var cosign : List.of(Tool.COSIGN2, Tool.COSIGN3)) {
      var theirs = desk.run(cosign, "tree", image).succeeded().stdout();
      assertEquals(theirs, ours, cosign::toString);
    }
  }

  private static Site site() throws Exception {
    return sites.at(Sites.Kind.DOCKER_REGISTRY);
  }
}
