package dev.countersign.testkit;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Something a token is good for, written `repository:<name>:<action>,<action>`.
record Scope(String repository, List<String> actions) {
  private static final Pattern SHAPE = Pattern.compile("repository(?:\\([^)]*\\))?:(.+):([^:]+)");

  /// A scope, or empty when the text is about something else than a repository.
  static Optional<Scope> parse(String text) {
    var match = SHAPE.matcher(text);
    return match.matches()
        ? Optional.of(new Scope(match.group(1), List.of(match.group(2).split(","))))
        : Optional.empty();
  }

  boolean covers(Scope needed) {
    return repository.equals(needed.repository)
        && (actions.contains("*") || actions.containsAll(needed.actions));
  }

  Scope reading() {
    return new Scope(repository, actions.stream().filter("pull"::equals).toList());
  }

  @Override
  public String toString() {
    return "repository:" + repository + ':' + String.join(",", actions);
  }
}
