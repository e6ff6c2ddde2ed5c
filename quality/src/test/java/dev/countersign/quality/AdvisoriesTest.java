package dev.countersign.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each test that `docs/advisories.md` and `docs/gatekeeper.md` name is there.
class AdvisoriesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  @ParameterizedTest
  @ValueSource(strings = {"advisories.md", "gatekeeper.md"})
  void eachTestOfThePageIsThere(String page) throws IOException {
    var tests = tests();
    var named = NAMED.matcher(Files.readString(ROOT.resolve("docs").resolve(page)));
    var missing = new TreeSet<String>();
    int count = 0;
    while (named.find()) {
      count++;
      var source = tests.getOrDefault(named.group(1), "");
      if (!source.contains("void " + named.group(2) + "(")) {
        missing.add(named.group(1) + "." + named.group(2));
      }
    }

    assertEquals(Set.of(), missing);
    assertTrue(count > 20, "the page names tests");
  }

  private static Map<String, String> tests() throws IOException {
    var tests = new HashMap<String, String>();
    try (var files = Files.walk(ROOT)) {
      for (var file : files.filter(AdvisoriesTest::isTest).toList()) {
        var name = file.getFileName().toString().replace(".java", "");
        tests.put(name, Files.readString(file));
      }
    }
    return tests;
  }

  private static boolean isTest(Path file) {
    return file.toString().endsWith("Test.java") && file.toString().contains("/src/test/");
  }
}
