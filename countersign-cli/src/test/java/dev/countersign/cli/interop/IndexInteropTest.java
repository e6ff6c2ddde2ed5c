package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An index is signed alone, or with all its images under `-r`.
class IndexInteropTest {
  @TempDir static Path folder;
  private static Desk desk;
  private static Sites sites;

  @BeforeAll
  static void makeKeys() throws IOException {
    sites = new Sites(folder);
    desk = sites.desk();
    desk.makeKeys(Tool.OURS, "good");
  }

  @AfterAll
  static void stopRegistries() {
    sites.close();
  }

  @ParameterizedTest
  @CsvSource({
    "OURS, DOCKER_REGISTRY",
    "COSIGN2, DOCKER_REGISTRY",
    "COSIGN3, DOCKER_REGISTRY",
    "OURS, IN_PROCESS",
    "COSIGN2, IN_PROCESS",
    "COSIGN3, IN_PROCESS"
  })
  void signsEachImageOfAnIndexOnlyWhenRecursive(Tool signer, Sites.Kind kind) throws Exception {
    var site = sites.at(kind);
    var index = TestIndex.of(TestImage.oci(signer + "1"), TestImage.oci(signer + "2", "arm64"));
    var repository = "i/" + signer.name().toLowerCase(Locale.ROOT);
    var image = site.push(index, repository, "v1");

    desk.sign(signer, "good", image).succeeded();

    assertExits(0, image);
    assertExits(0, site.host() + "/" + repository + ":v1");
    for (var child : index.images()) {
      assertExits(10, site.host() + "/" + repository + "@" + child.digest());
    }

    desk.sign(signer, "good", "-r", image).succeeded();

    assertExits(0, image);
    for (var child : index.images()) {
      assertExits(0, site.host() + "/" + repository + "@" + child.digest());
    }
    assertEquals(1, site.signatures(repository, index.digest()).size());
  }

  private static void assertExits(int exit, String image) {
    for (var verifier : Tool.values()) {
      var run = desk.verify(verifier, "good", image);
      assertEquals(exit, run.exit(), () -> verifier + " of " + image + ": " + run);
    }
  }
}
