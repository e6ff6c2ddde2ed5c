package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.countersign.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The suite sees every way in which `mutants.yaml` breaks the template.
class MutantsTest {
  private static final Path FILE = Path.of("src/test/resources/mutants.yaml");

  private static List<Case> cases;
  private static String rego;
  private static Opa opa;

  @BeforeAll
  static void start() throws IOException {
    cases = Cases.read();
    rego = Template.rego();
    opa = Opa.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (opa != null) {
      opa.close();
    }
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void theSuiteSees(Mutant mutant) throws IOException {
    assertEquals(Optional.empty(), opa.compile(mutant.of(flat(rego)), "v1"));

    assertFalse(
        Suite.differences(opa, cases, 1).isEmpty(), "every case gets its verdict all the same");
  }

  static List<Mutant> mutants() throws IOException, FormatException {
    var mutants = new ArrayList<Mutant>();
    for (var entry : Yaml.read(FILE).asArray("mutants")) {
      var mutant = entry.asObject("a mutant");
      mutants.add(
          new Mutant(
              mutant.getString("name"),
              flat(mutant.getString("from")),
              flat(mutant.getString("to"))));
    }
    return mutants;
  }

  /// @param from a text that occurs once, indented or not
  record Mutant(String name, String from, String to) {
    private String of(String text) {
      var parts = (text + " ").split(Pattern.quote(from), -1);
      assertEquals(2, parts.length, "parts around «" + from + "»");
      return parts[0] + to + parts[1];
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static String flat(String text) {
    return text.replaceAll("(?m)^ +", "").strip();
  }
}
