package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shipped Rego under the real OPA, in both dialects.
class BypassTest {
  @ParameterizedTest
  @ValueSource(strings = {"v0", "v1"})
  void everyCaseGetsItsVerdict(String dialect) throws IOException {
    var cases = Cases.read();
    try (var opa = Opa.start()) {
      assertEquals(Optional.empty(), opa.compile(Template.rego(), dialect));

      var wrong = Suite.differences(opa, cases, cases.size());

      assertEquals(List.of(), wrong, () -> wrong.size() + " of " + cases.size() + " cases");
    }
  }

  @Test
  void theSuiteIsLargeAndItsCasesHaveNames() throws IOException {
    var cases = Cases.read();

    assertTrue(cases.size() >= 200, () -> cases.size() + " cases");
    assertEquals(cases.size(), new HashSet<>(cases.stream().map(Case::name).toList()).size());
  }
}
