package dev.countersign.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the command line and the environment say, already known to be well-formed.
final class Arguments {
  private final Map<String, List<String>> typed;
  private final Map<String, String> inherited;
  private final List<String> operands;

  /// @param typed by flag, each with at least one value, in the order of the command line
  /// @param inherited by flag, from the environment
  Arguments(Map<String, List<String>> typed, Map<String, String> inherited, List<String> operands) {
    this.typed = Map.copyOf(typed);
    this.inherited = Map.copyOf(inherited);
    this.operands = List.copyOf(operands);
  }

  List<String> operands() {
    return operands;
  }

  /// The value on the command line, the last one if it stands there twice.
  Optional<String> typed(Flag flag) {
    return Optional.ofNullable(typed.get(flag.name())).map(List::getLast);
  }

  /// The value on the command line, else that of the environment.
  Optional<String> given(Flag flag) {
    return typed(flag).or(() -> Optional.ofNullable(inherited.get(flag.name())));
  }

  /// The given value, else the initial one.
  String text(Flag flag) {
    return given(flag).orElse(flag.initial());
  }

  /// The given value; empty if none or nothing was given.
  Optional<String> find(Flag flag) {
    return Optional.of(text(flag)).filter(text -> !text.isEmpty());
  }

  /// A value that must be there.
  String require(Flag flag) throws Failure {
    return find(flag).orElseThrow(() -> new Failure("expected --" + flag.name() + ", got none"));
  }

  boolean isOn(Flag flag) {
    return Booleans.parse(text(flag)).orElse(false);
  }

  /// The values of a flag that may stand several times, each as it is.
  List<String> texts(Flag flag) {
    var values = typed.get(flag.name());
    return values != null ? values : find(flag).stream().toList();
  }

  /// The items of a list flag.
  List<String> list(Flag flag) {
    var values = typed.get(flag.name());
    if (values != null) {
      return values.stream().flatMap(value -> CommaList.parse(value).stream()).toList();
    }
    return CommaList.parse(text(flag));
  }
}
