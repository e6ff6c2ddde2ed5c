package dev.countersign.cel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.signature.Statement;
import dev.countersign.verify.ConditionLanguage;
import dev.countersign.verify.PredicateCondition.Outcome;
import dev.countersign.verify.PredicateCondition.Outcome.Met;
import dev.countersign.verify.PredicateCondition.Outcome.Unmet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CelTest {
  private static final Cel CEL = new Cel();
  private static final String PROVENANCE =
      """
      {"builder":{"id":"https://ci.example/1"},"count":3,"big":18446744073709551615,"score":7.5,\
      "none":null,"ok":true,"a/b":1,\
      "materials":[{"uri":"git+https://example/a","ok":true},{"uri":"git+https://example/b"}]}\
      """;

  private static Statement statement(String predicate) {
    try {
      return Statement.parse(
          Bytes.utf8(
              """
              {"_type":"https://in-toto.io/Statement/v1","predicateType":"https://e.x/y",\
              "subject":[{"name":"app","digest":{"sha256":"%s"}}],"predicate":%s}\
              """
                  .formatted("0".repeat(64), predicate)));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static Outcome judge(String expression, String predicate) throws FormatException {
    return CEL.parse("p.cel", Bytes.utf8(expression)).judge(statement(predicate));
  }

  private static String problem(String expression, String predicate) throws FormatException {
    return assertInstanceOf(Unmet.class, judge(expression, predicate)).problem();
  }

  private static String refusal(String expression) {
    return assertThrows(FormatException.class, () -> CEL.parse("p.cel", Bytes.utf8(expression)))
        .problem();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "predicate.builder.id == 'https://ci.example/1'",
        "predicate.builder.id.startsWith('https://ci.example/')",
        "predicate.builder.id.matches('^https://ci[.]example/[0-9]+$')",
        "predicate.count == 3 && predicate.count + 1 > 3 && predicate.count < 3.5",
        "predicate.score > 7 && predicate.score < 8.0",
        "predicate.big == 18446744073709551615u && predicate.big > 3",
        "predicate.none == null && predicate.ok",
        "predicate['a/b'] == 1",
        "size(predicate.materials) == 2",
        "predicate.materials.all(m, m.uri.startsWith('git+'))",
        "predicate.materials.exists(m, has(m.ok) && m.ok)",
        "!predicate.materials.exists(m, m.uri.contains('evil'))",
        "predicate.materials.filter(m, has(m.ok)).map(m, m.uri) == ['git+https://example/a']",
        "predicate.builder == {'id': 'https://ci.example/1'}",
        "'builder' in predicate && !('x' in predicate)",
        "predicate.materials.exists(m, m == {'uri': 'git+https://example/b'})",
        "predicateType == 'https://e.x/y'",
        "subject[0].name == 'app' && subject[0].digest.sha256.size() == 64",
        "statement._type == 'https://in-toto.io/Statement/v1' && statement.predicate.count == 3",
        "!has(predicate.absent) || predicate.absent == 1",
        "true // a comment",
      })
  void findsTrueWhatIsTrue(String expression) throws FormatException {
    assertEquals(new Met(), judge(expression, PROVENANCE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "predicate.builder.id == 'https://ci.example/2'",
        "predicate.count > 3",
        "predicate.materials.all(m, has(m.ok))",
        "size(subject) == 2",
        "false"
      })
  void findsFalseWhatIsFalse(String expression) throws FormatException {
    assertEquals(new Unmet("it is false"), judge(expression, PROVENANCE));
  }

  @Test
  void isNotMetByWhatIsNotThere() throws FormatException {
    assertTrue(problem("predicate.absent == 1", PROVENANCE).contains("absent"));
    assertTrue(problem("predicate.absent != 1", PROVENANCE).contains("absent"));
    assertTrue(problem("predicate.builder.id > 3", PROVENANCE).contains("overload"));
    assertTrue(problem("predicate.materials[2].uri == ''", PROVENANCE).contains("2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "\"text\"", "3", "true", "{}", "{\"builder\":[]}"})
  void isNotMetByAPredicateOfAnotherShape(String predicate) throws FormatException {
    assertInstanceOf(Unmet.class, judge("predicate.builder.id == 'x'", predicate));
  }

  @Test
  void isNotMetByAnAnswerThatIsNeitherTrueNorFalse() throws FormatException {
    assertEquals("it is neither true nor false", problem("predicate.builder.id", PROVENANCE));
    assertEquals("it is neither true nor false", problem("predicate", "\"true\""));
  }

  @Test
  void refusesWhatIsNoExpressionWithItsPlace() {
    assertTrue(refusal("predicate.").startsWith("p.cel:1:"), () -> refusal("predicate."));
    assertTrue(
        refusal("true &&\n nobody").startsWith("p.cel:2:2: "), () -> refusal("true &&\n nobody"));
    assertTrue(refusal("").startsWith("p.cel:1:"), () -> refusal(""));
    assertEquals(
        "p.cel: expected an expression that is true or false, got one of type int", refusal("1"));
    assertTrue(refusal("predicateType + 1 == ''").contains("overload"));
  }

  @Test
  void refusesAnExpressionThatIsTooLongOrTooDeep() {
    assertEquals(
        "p.cel: expected at most 16384 bytes of CEL, got 16385", refusal(" ".repeat(16_385)));
    assertTrue(refusal("(".repeat(5_000) + "true" + ")".repeat(5_000)).startsWith("p.cel:"));
    assertTrue(refusal("[".repeat(5_000) + "]".repeat(5_000) + "==[]").startsWith("p.cel:"));
  }

  @Test
  void refusesBytesThatAreNoText() {
    var bytes = Bytes.copyOf(new byte[] {(byte) 0xff});

    assertThrows(FormatException.class, () -> CEL.parse("p.cel", bytes));
  }

  @Test
  void stopsWhenAHostilePredicateMakesItLookAtTooMuch() throws FormatException {
    var list = "[" + String.join(",", Collections.nCopies(4_000, "1")) + "]";
    var expression = "predicate.a.all(x, predicate.a.all(y, y == x))";

    var problem = problem(expression, "{\"a\":" + list + "}");

    assertTrue(problem.contains("Iteration budget exceeded"), problem);
  }

  @Test
  void stopsAtTheSamePlaceHoweverLargeTheListsThatItCompares() throws FormatException {
    var list = "[" + String.join(",", Collections.nCopies(20_000, "1")) + "]";
    var expression = "predicate.a.all(x, predicate.a == predicate.b)";

    var problem = problem(expression, "{\"a\":%s,\"b\":%s}".formatted(list, list));

    assertEquals("it looks at too much of the statement", problem);
  }

  @Test
  void stopsWhenLongTextsAreReadAgainAndAgain() throws FormatException {
    var list = "[" + String.join(",", Collections.nCopies(2_000, "1")) + "]";
    var text = "x".repeat(100_000);
    var expression = "predicate.a.all(x, !predicate.t.matches('(y+)+z'))";

    var problem = problem(expression, "{\"a\":%s,\"t\":\"%s\"}".formatted(list, text));

    assertEquals("it looks at too much of the statement", problem);
  }

  @Test
  void neverTakesAnExhaustedBudgetForAnAnswer() throws FormatException {
    var condition = (CelCondition) CEL.parse("p.cel", Bytes.utf8("predicate.a.b.c.d == 1 || true"));

    var outcome = condition.judge(statement("{\"a\":{\"b\":{\"c\":{\"d\":2}}}}"), new Budget(2));

    assertEquals(new Unmet("it looks at too much of the statement"), outcome);
  }

  @Test
  void looksThroughALargeListOfComponents() throws FormatException {
    var component = "{\"name\":\"left-pad\",\"licenses\":[{\"license\":{\"id\":\"MIT\"}}]}";
    var predicate =
        "{\"components\":[" + String.join(",", Collections.nCopies(50_000, component)) + "]}";

    assertEquals(
        new Met(),
        judge(
            "predicate.components.all(c, c.licenses.all(l, l.license.id in ['MIT', 'Apache-2.0']))",
            predicate));
  }

  @Test
  void answersEveryPredicate() throws FormatException {
    var conditions =
        List.of(
            CEL.parse("a", Bytes.utf8("predicate.a.all(x, x.b[0] > 1) && predicate.c == 'd'")),
            CEL.parse("b", Bytes.utf8("predicate.a == predicate.c || predicate in predicate.a")),
            CEL.parse("c", Bytes.utf8("string(predicate.a) == 'x' || int(predicate.c) == 1")));
    var random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      var statement = statement(json(random, 4));
      for (var condition : conditions) {
        var outcome = condition.judge(statement);
        assertTrue(outcome instanceof Met || outcome instanceof Unmet);
      }
    }
  }

  private static String json(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 7 : 9)) {
      case 0 -> "null";
      case 1 -> "true";
      case 2 -> "-9223372036854775808";
      case 3 -> "1e999";
      case 4 -> "123456789012345678901234567890";
      case 5 -> "\"d\"";
      case 6 -> "-0.5";
      case 7 -> "[" + json(random, depth - 1) + "," + json(random, depth - 1) + "]";
      default ->
          "{\"a\":%s,\"b\":%s,\"c\":%s}"
              .formatted(json(random, depth - 1), json(random, depth - 1), json(random, depth - 1));
    };
  }

  @Test
  void isFoundByThoseWhoLookForALanguage() {
    var found =
        ServiceLoader.load(ConditionLanguage.class).stream()
            .map(one -> one.get().ending())
            .toList();

    assertEquals(List.of(".cel"), found);
  }
}
