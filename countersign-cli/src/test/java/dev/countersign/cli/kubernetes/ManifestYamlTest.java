package dev.countersign.cli.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ManifestYamlTest {
  @Test
  void readsEachDocumentThatHoldsAnything() throws Exception {
    assertEquals(
        "[{\"a\":1}, {\"b\":\"yes\"}]", read("# a comment\n---\na: 1\n---\n---\n{\"b\": yes}\n"));
  }

  @Test
  void readsAnchorsAndMergedMappingsAsKubectlDoes() throws Exception {
    assertEquals(
        "[{\"base\":{\"image\":\"a\",\"name\":\"n\"},\"all\":[{\"image\":\"b\",\"name\":\"n\"}]}]",
        read(
            """
            base: &base {image: a, name: n}
            all:
            - {<<: *base, image: b}
            """));
    assertEquals("[{\"x\":{\"a\":1,\"b\":2}}]", read("x: {<<: [{a: 1}, {a: 9, b: 2}]}\n"));
  }

  @Test
  void refusesANameThatIsGivenTwice() {
    assertTrue(problem("image: a\nimage: b\n").contains("duplicate key image"));
  }

  @Test
  void refusesWhatGrowsBeyondMeasure() {
    var bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertTrue(problem(bomb.toString()).contains("got more"), () -> problem(bomb.toString()));
    assertTrue(problem("a: &a [*a]\n").startsWith("expected YAML"));
    assertTrue(problem("[".repeat(100_000)).startsWith("expected YAML of at most"));
  }

  @Test
  void refusesWhatIsNoObject() {
    assertTrue(problem("just text\n").contains("a Kubernetes object"));
    assertTrue(problem("{{ .Values.image }}\n").length() < 300);
    assertTrue(problem("a: !!java.net.URL [x]\n").startsWith("expected YAML"));
  }

  private static String read(String text) throws FormatException {
    var texts = new ArrayList<String>();
    for (var object : ManifestYaml.parse(Bytes.utf8(text))) {
      texts.add(object.toBytes().toUtf8());
    }
    return texts.toString();
  }

  private static String problem(String text) {
    return assertThrows(FormatException.class, () -> ManifestYaml.parse(Bytes.utf8(text)))
        .problem();
  }
}
