package dev.countersign.cli;

import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands of the tutorial that need no cluster.
class TutorialTest {
  private static final Path DOCS = Path.of("../docs");

  @Test
  void goesAsItSays(@TempDir Path folder) throws IOException {
    var page = Files.readString(DOCS.resolve("tutorial.md"));
    Files.writeString(folder.resolve("policy.yaml"), block(page, "yaml"));
    try (var registry = InProcessRegistry.start()) {
      TestImage.oci("app").pushTo(registry, "my-image", "1.0.0");
      TestImage.oci("nginx").pushTo(registry, "nginx", "latest");

      PageSession.of(page).play(folder, registry);
    }
  }

  private static String block(String page, String language) {
    int from = page.indexOf("```" + language + "\n") + language.length() + 4;
    return page.substring(from, page.indexOf("```", from));
  }
}
