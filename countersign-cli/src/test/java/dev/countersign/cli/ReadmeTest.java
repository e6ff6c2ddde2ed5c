package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.provider.ProviderRequest;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What README promises.
class ReadmeTest {
  private static final String HOST = PageSession.HOST;
  private static final Path ROOT = Path.of("..");
  private static final int MAX_LINES = 150;

  private final String readme;

  ReadmeTest() throws IOException {
    readme = Files.readString(ROOT.resolve("README.md"));
  }

  @Test
  void staysOnePage() {
    assertTrue(readme.lines().count() <= MAX_LINES);
  }

  @Test
  void namesTheTwoCommandsThatDoEverything() throws IOException {
    assertTrue(block("sh").contains("bin/countersign demo"));
    assertTrue(block("sh").contains("mvn verify"));
    assertTrue(Files.isExecutable(ROOT.resolve("bin/countersign")));
    assertTrue(Files.readString(ROOT.resolve(".ci/run")).contains("mvn -B verify"));
  }

  @Test
  void showsASessionThatGoesAsShown(@TempDir Path folder) throws IOException {
    try (var registry = InProcessRegistry.start()) {
      TestImage.oci("app").pushTo(registry, "acme/app", "v1");

      PageSession.of(readme).play(folder, registry);
    }
  }

  @Test
  void startsTheProviderWithFlagsThatThereAre() {
    var serve = readme.lines().filter(line -> line.startsWith("countersign serve")).findFirst();
    var help = OurCommand.runIn(Path.of("."), Map.of(), "serve", "--help").stdout();

    for (var word : serve.orElseThrow().split(" ", -1)) {
      assertTrue(!word.startsWith("--") || help.contains(word + " "), word);
    }
  }

  @Test
  void asksTheProviderWhatItUnderstands() throws FormatException {
    var request = ProviderRequest.parse(Bytes.utf8(block("json")));

    assertEquals(List.of(HOST + "/acme/app:v1"), request.keys());
  }

  @Test
  void linksToFilesThatThereAre() {
    var links = Pattern.compile("\\]\\(([^)#]+)\\)").matcher(readme);
    while (links.find()) {
      assertTrue(Files.exists(ROOT.resolve(links.group(1))), links.group(1));
    }
  }

  /// The first code block of this language.
  private String block(String language) {
    int from = readme.indexOf("```" + language + "\n") + language.length() + 4;
    return readme.substring(from, readme.indexOf("```", from));
  }
}
