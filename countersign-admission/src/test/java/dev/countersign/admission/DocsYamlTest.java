package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The YAML of the pages: it can be read, and what pages link to is there.
class DocsYamlTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern YAML = Pattern.compile("(?ms)^( *)```yaml\n(.*?)^\\1```$");
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#]+)[^)]*\\)");

  static List<Path> pages() throws IOException {
    try (var docs = Files.walk(ROOT.resolve("docs"));
        var deploy = Files.walk(Manifest.DEPLOY)) {
      return Stream.of(Stream.of(ROOT.resolve("README.md")), docs, deploy)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  static List<Manifest> blocks() throws IOException {
    return pages().stream().flatMap(DocsYamlTest::blocks).toList();
  }

  /// The blocks of one page, such as `helm.md`.
  static List<Manifest> on(String page) throws IOException {
    return blocks(ROOT.resolve("docs").resolve(page)).toList();
  }

  private static Stream<Manifest> blocks(Path page) {
    try {
      return YAML
          .matcher(Files.readString(page))
          .results()
          .flatMap(found -> Manifest.parse(page.toString(), found.group(2).stripIndent()))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isRead() throws IOException {
    assertFalse(blocks().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void hasBothAKindAndAVersionOrNeither(Manifest block) {
    assertTrue(block.at("kind").isPresent() == block.at("apiVersion").isPresent(), block::toString);
  }

  /// Objects are applied to a real API server, policies and parts of them are read as the service
  /// reads them, kustomizations and values of the chart are rendered: each in a test of its own. Of
  /// pipelines of GitHub and GitLab nobody here has the schema.
  @ParameterizedTest
  @MethodSource("blocks")
  void isOfAFormThatATestReads(Manifest block) {
    var kind = block.at("kind").map(Object::toString).orElse("");
    var page = block.origin();
    assertTrue(
        block.isObject()
            || List.of("TrustPolicy", "Kustomization").contains(kind)
            || SamplePoliciesTest.isPart(block)
            || List.of("helm.md", "ci.md").contains(page.replaceFirst(".*/", "")),
        block::toString);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksToWhatIsThere(Path page) throws IOException {
    for (var link : LINK.matcher(Files.readString(page)).results().toList()) {
      assertTrue(Files.exists(page.resolveSibling(link.group(1))), link::group);
    }
  }
}
