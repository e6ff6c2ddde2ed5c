package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.InProcessRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The commands of a page, each with the lines that it says: all its `console` blocks, one after
/// another.
record PageSession(List<List<String>> steps) {
  /// The registry of our pages.
  static final String HOST = "registry.example.com";

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\\n(.*?)^```$");

  static PageSession of(String page) {
    var steps = new ArrayList<List<String>>();
    for (var block : BLOCK.matcher(page).results().toList()) {
      for (var line : block.group(1).split("\n", -1)) {
        if (line.startsWith("$ ")) {
          steps.add(new ArrayList<>(List.of(line)));
        } else if (!line.isEmpty()) {
          steps.getLast().add(line);
        }
      }
    }
    assertFalse(steps.isEmpty());
    return new PageSession(steps);
  }

  /// Runs each command in a folder, and holds what it says against the page. One that the page
  /// shows with an `Error:` must fail.
  void play(Path folder, InProcessRegistry registry) {
    for (var step : steps) {
      var words = step.getFirst().replace(HOST, registry.hostAndPort()).split(" ", -1);
      var run =
          OurCommand.runIn(
              folder,
              Map.of("COSIGN_PASSWORD", "secret"),
              List.of(words).subList(2, words.length).toArray(String[]::new));

      var fails = step.stream().anyMatch(line -> line.startsWith("Error: "));
      assertEquals(!fails, run.exit() == 0, step.getFirst() + "\n" + run.stderr());
      var said = (run.stderr() + run.stdout()).replace(registry.hostAndPort(), HOST);
      step.stream().skip(1).forEach(line -> assertSaid(said, line));
    }
  }

  private static void assertSaid(String said, String line) {
    var wanted = withoutKey(line);
    int cut = wanted.indexOf('…', wanted.startsWith("  - signature by") ? wanted.length() : 0);
    var start = cut < 0 ? wanted : wanted.substring(0, cut);
    assertTrue(withoutKey(said).lines().anyMatch(l -> l.startsWith(start)), line + "\nin\n" + said);
  }

  private static String withoutKey(String text) {
    return text.replaceAll("SHA256:\\S{44}", "SHA256:…");
  }
}
