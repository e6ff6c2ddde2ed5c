package dev.countersign.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {
  private static final String HUB =
      "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
          + "scope=\"repository:a/b:pull,push\"";

  @Test
  void readsDockerHubs() {
    var expected =
        Map.of(
            "realm", "https://auth.docker.io/token",
            "service", "registry.docker.io",
            "scope", "repository:a/b:pull,push");

    assertEquals(List.of(new Challenge("bearer", expected)), Challenge.parse(HUB));
  }

  @Test
  void readsSeveralChallengesOfOneHeader() {
    var challenges =
        Challenge.parse("Negotiate, BASIC realm=\"a, \\\"b\\\"\" , Bearer Realm=x, service = y");

    assertEquals(
        List.of(
            new Challenge("negotiate", Map.of()),
            new Challenge("basic", Map.of("realm", "a, \"b\"")),
            new Challenge("bearer", Map.of("realm", "x", "service", "y"))),
        challenges);
  }

  @Test
  void takesTheFirstOfTwoParametersOfOneName() {
    var challenge = Challenge.parse("Bearer realm=\"a\",realm=\"b\"").getFirst();

    assertEquals("a", challenge.find("realm").get());
  }

  @Test
  void readsNothingOutOfNonsense() {
    for (var text : List.of("", " , ", "=", "\"", "\"Bearer\" realm=x", "\0")) {
      assertEquals(List.of(), Challenge.parse(text), text);
    }
    assertTrue(Challenge.parse("a,".repeat(1_000)).size() <= 16);
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(11, ChallengeTest::read, HUB);
  }

  private static void read(String text) {
    assertTrue(Challenge.parse(text).size() <= 16);
  }
}
