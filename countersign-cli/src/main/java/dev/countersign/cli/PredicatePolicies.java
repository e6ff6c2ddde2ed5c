package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.verify.ConditionLanguage;
import dev.countersign.verify.PredicateCondition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// Reads the files of `--policy`.
final class PredicatePolicies {
  private static final int MOST_BYTES = 64 << 10;

  private PredicatePolicies() {}

  static List<PredicateCondition> read(List<String> names, World world)
      throws Failure, IOException {
    var policies = new ArrayList<PredicateCondition>();
    for (var name : names) {
      if (name.endsWith(".cue") || name.endsWith(".rego")) {
        throw new Failure(
                "expected a policy in CEL (.cel), got "
                    + OneLine.of(name)
                    + "; CUE and Rego are"
                    + " not read")
            .withHint("write it as an expression, as: predicate.builder.id == 'https://…'");
      }
      var language = language(name);
      try {
        policies.add(language.parse(name, SmallFile.read(world, name, MOST_BYTES)));
      } catch (FormatException e) {
        throw new Failure("cannot use the policy " + e.problem());
      }
    }
    return policies;
  }

  private static ConditionLanguage language(String name) throws Failure {
    for (var language : ServiceLoader.load(ConditionLanguage.class)) {
      if (name.endsWith(language.ending())) {
        return language;
      }
    }
    throw new Failure("expected a policy in CEL (.cel), got " + OneLine.of(name));
  }
}
