package dev.countersign.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.countersign.registry.Circuit.End;
import dev.countersign.registry.Circuit.Open;
import dev.countersign.registry.Circuit.Pass;
import dev.countersign.registry.Circuit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitTest {
  private static final Rule RULE = new Rule(3, Duration.ofNanos(10), Duration.ofNanos(35));

  private static Circuit end(Circuit circuit, End end, long now) {
    return circuit.ended(Pass.ORDINARY, end, now, RULE);
  }

  /// Open since the first of three faults.
  private static Circuit open(long first) {
    var circuit = Circuit.fresh();
    for (int i = 0; i < 3; i++) {
      circuit = end(circuit, End.FAULT, first + i);
    }
    return circuit;
  }

  private static Circuit probed(Circuit circuit, End end, long now) {
    assertEquals(Pass.PROBE, circuit.pass(now));
    return circuit.entered(now).ended(Pass.PROBE, end, now, RULE);
  }

  /// Clocks of machines begin anywhere and run over.
  @ParameterizedTest
  @ValueSource(longs = {0, -1_000, Long.MAX_VALUE - 5})
  void opensAfterSoManyFaultsInARow(long start) {
    var twice = end(end(Circuit.fresh(), End.FAULT, start), End.FAULT, start + 1);
    assertEquals(Pass.ORDINARY, twice.pass(start + 1));

    var open = end(twice, End.FAULT, start + 2);

    assertEquals(new Open(start, Duration.ofNanos(10), start + 12), open);
    assertEquals(Pass.NONE, open.pass(start + 11));
    assertEquals(Pass.PROBE, open.pass(start + 12));
  }

  @Test
  void countsAnewAfterAnAnswerAndNotWhatSaysNothing() {
    var twice = end(end(Circuit.fresh(), End.FAULT, 0), End.FAULT, 1);

    assertEquals(Circuit.fresh(), end(twice, End.ANSWER, 2));
    assertEquals(twice, end(twice, End.UNKNOWN, 2));
  }

  @Test
  void letsOneRequestFindOut() {
    var probing = open(0).entered(20);

    assertEquals(Pass.NONE, probing.pass(20));
    assertEquals(Pass.NONE, probing.pass(1_000_000));
    assertEquals(probing, end(probing, End.FAULT, 21));
    assertEquals(probing, end(probing, End.UNKNOWN, 21));
    assertEquals(Circuit.fresh(), probing.ended(Pass.PROBE, End.ANSWER, 21, RULE));
  }

  @Test
  void waitsLongerAfterEachProbeThatFailsUpToABound() {
    var first = probed(open(0), End.FAULT, 20);
    var second = probed(first, End.FAULT, 40);
    var third = probed(second, End.FAULT, 80);

    assertEquals(new Open(0, Duration.ofNanos(20), 40), first);
    assertEquals(new Open(0, Duration.ofNanos(35), 75), second);
    assertEquals(new Open(0, Duration.ofNanos(35), 115), third);
  }

  @Test
  void triesAgainAsSoonAfterAProbeThatSaysNothing() {
    assertEquals(new Open(0, Duration.ofNanos(10), 30), probed(open(0), End.UNKNOWN, 20));
  }

  @Test
  void closesWhenARequestOfBeforeIsAnsweredLate() {
    var open = open(0);

    assertEquals(open, end(open, End.FAULT, 5));
    assertEquals(Circuit.fresh(), end(open, End.ANSWER, 5));
  }

  @Test
  void neverOpensWhereNobodyWantsThat() {
    var circuit = Circuit.fresh();
    for (int i = 0; i < 1_000; i++) {
      circuit = circuit.ended(Pass.ORDINARY, End.FAULT, i, Rule.NEVER);
    }

    assertInstanceOf(Circuit.Closed.class, circuit);
  }
}
