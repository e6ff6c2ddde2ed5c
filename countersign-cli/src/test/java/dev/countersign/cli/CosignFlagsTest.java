package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds the tables of flags against cosign's own help and against the page for its users.
class CosignFlagsTest {
  private static final Path PAGE = Path.of("../docs/differences-from-cosign.md");
  private static final Pattern FLAG = Pattern.compile("^ +(?:-\\w, )?--([a-z0-9-]+)[= ].*");

  /// Those that cosign does not have.
  private static final Set<String> OURS =
      Set.of(
          "serve",
          "explain",
          "doctor",
          "policy check",
          "certs",
          "demo",
          "help",
          "sign-bundle",
          "verify-bundle");

  @Test
  void thePageListsEachFlagThatIsRefusedAndNoOther() throws IOException {
    var listed =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `--")).toList();

    assertEquals(String.join("\n", refusedRows()), String.join("\n", listed));
  }

  @Test
  void everyFlagOfCosignIsKnown() throws Exception {
    var cosign = Peers.require("cosign3");

    for (var name : Commands.names()) {
      if (!OURS.contains(name)) {
        var help = cosign.run((name + " --help").split(" "));
        var theirs = new TreeSet<String>();
        (help.stdout() + help.stderr()).lines().forEach(line -> addFlag(line, theirs));
        assertTrue(theirs.contains("help"), () -> name + ": " + help);

        usage(name).allFlags().forEach(flag -> theirs.remove(flag.name()));

        assertEquals(Set.of(), theirs, name);
      }
    }
  }

  private static void addFlag(String line, Set<String> flags) {
    var flag = FLAG.matcher(line);
    if (flag.matches()) {
      flags.add(flag.group(1));
    }
  }

  /// A row of the page's table for all flags that the same commands refuse for the same reason.
  private static List<String> refusedRows() {
    var commands = new TreeMap<String, Set<String>>();
    for (var name : Commands.names()) {
      if (!OURS.contains(name)) {
        for (var flag : usage(name).flags()) {
          refusal(flag)
              .ifPresent(found -> commands.computeIfAbsent(found, f -> new TreeSet<>()).add(name));
        }
      }
    }
    var flags = new TreeMap<String, Set<String>>();
    commands.forEach((refusal, names) -> {
      var parts = refusal.split(" \\| ", 2);
      var end = String.join(", ", names) + " | " + parts[1];
      flags.computeIfAbsent(end, f -> new TreeSet<>()).add(parts[0]);
    });
    return flags.entrySet().stream()
        .map(row -> "| " + String.join(", ", row.getValue()) + " | " + row.getKey() + " |")
        .toList();
  }

  /// The flag and the reason why it is refused.
  private static Optional<String> refusal(Flag flag) {
    var written = "`--" + flag.name() + '`';
    return switch (flag.standing()) {
      case Flag.Standing.Refused(String reason) -> Optional.of(written + " | " + reason);
      case Flag.Standing.HarmlessAs(String value, String reason) ->
          Optional.of(written + " other than `" + value + "` | " + reason);
      case Flag.Standing.Used() -> Optional.empty();
      case Flag.Standing.Ours() -> Optional.empty();
      case Flag.Standing.Harmless() -> Optional.empty();
    };
  }

  private static Usage usage(String name) {
    return Commands.find(name).orElseThrow().usage();
  }
}
