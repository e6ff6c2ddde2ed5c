package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  private static final Path PAGE = Path.of("../docs/differences-from-cosign.md");

  @Test
  void thePageListsEachAndNoOther() throws IOException {
    var listed =
        Files.readAllLines(PAGE).stream()
            .filter(line ->
                Stream.of(Difference.Side.values())
                    .anyMatch(side -> line.startsWith("| " + side + " |")))
            .collect(Collectors.joining("\n"));

    var rows = Stream.of(Difference.values()).map(Difference::row);
    assertEquals(rows.collect(Collectors.joining("\n")), listed);
  }

  @Test
  void noReasonExcusesWhatAKeyDidNotSign() {
    var wrongKey = new Verdict(false, "malformed or signed by another key (wanted: good.pub)");
    var invalid = new Verdict(false, "failed to verify signature: invalid signature");
    var yes = new Verdict(true, "");

    assertEquals(Optional.empty(), Difference.between(wrongKey, yes));
    assertEquals(Optional.empty(), Difference.between(yes, invalid));
    assertEquals(
        Optional.empty(), Difference.between(yes, new Verdict(false, "no signatures found")));
  }
}
