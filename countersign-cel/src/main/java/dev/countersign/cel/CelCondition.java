package dev.countersign.cel;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.signature.Statement;
import dev.countersign.verify.PredicateCondition;
import java.util.Map;
import java.util.Objects;

/// An expression that must be `true` of a statement.
///
/// What it may look at in one judgement is counted: members, items and characters of the statement.
/// So neither a large statement nor one made for it keeps it busy for long.
record CelCondition(String name, String source, CelRuntime.Program program)
    implements PredicateCondition {
  /// Looks at members, items and characters.
  static final long BUDGET = 16L << 20;

  @Override
  public Outcome judge(Statement statement) {
    return judge(statement, new Budget(BUDGET));
  }

  Outcome judge(Statement statement, Budget budget) {
    try {
      var result = program.eval(variables(statement, new JsonView(budget)));
      if (budget.isExhausted()) {
        return unmet(new Budget.Exhausted());
      }
      if (!(result instanceof Boolean isMet)) {
        return new Outcome.Unmet("it is neither true nor false");
      }
      return isMet ? new Outcome.Met() : new Outcome.Unmet("it is false");
    } catch (CelEvaluationException | FormatException | RuntimeException e) {
      return unmet(budget.isExhausted() ? new Budget.Exhausted() : e);
    } catch (StackOverflowError e) {
      return new Outcome.Unmet("it or the statement is nested too deep");
    }
  }

  private static Outcome unmet(Exception problem) {
    return new Outcome.Unmet(OneLine.of(String.valueOf(problem.getMessage())));
  }

  private static Map<String, Object> variables(Statement statement, JsonView view)
      throws FormatException {
    var json = JsonValue.parseObject(statement.toBytes());
    return Map.of(
        "statement", view.of(json),
        "predicate", view.of(json.members().getOrDefault("predicate", new JsonValue.JsonNull())),
        "predicateType", statement.predicateType(),
        "subject", view.of(json.members().getOrDefault("subject", JsonObject.empty())));
  }

  /// Equal when name and text are: two programs of one text are two objects.
  @Override
  public boolean equals(Object other) {
    return other instanceof CelCondition that
        && name.equals(that.name)
        && source.equals(that.source);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, source);
  }
}
