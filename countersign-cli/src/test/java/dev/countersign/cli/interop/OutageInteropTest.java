package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.testkit.TestImage;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A registry that does not answer proves nothing: neither that an image is signed, nor that not.
class OutageInteropTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void aStoppedRegistryIsNoAnswer(Tool tool) throws Exception {
    String image;
    Desk desk;
    try (var sites = new Sites(folder)) {
      desk = sites.desk();
      desk.makeKeys(Tool.OURS, "good");
      image = sites.at(Sites.Kind.IN_PROCESS).push(TestImage.oci("gone"), "o/gone", "v1");
      desk.sign(Tool.OURS, "good", image).succeeded();
      desk.verify(tool, "good", image).succeeded();
    }

    var byDigest = desk.verify(tool, "good", image);
    var byTag = desk.verify(tool, "good", image.replaceFirst("@.*", ":v1"));
    var signing = desk.sign(tool, "good", image);

    assertEquals(1, byDigest.exit(), byDigest::toString);
    assertEquals("", byDigest.stdout(), byDigest::toString);
    assertEquals(1, byTag.exit(), byTag::toString);
    assertEquals(1, signing.exit(), signing::toString);
  }
}
