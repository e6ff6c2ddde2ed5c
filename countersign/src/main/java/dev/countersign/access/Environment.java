package dev.countersign.access;

import dev.countersign.format.FormatException;
import dev.countersign.registry.ProxyRules;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The variables that a process was started with. Their values are not printed.
public record Environment(Map<String, String> variables) {
  public Environment {
    variables = Map.copyOf(variables);
  }

  /// The value of `name`; an empty one counts as none.
  public Optional<String> find(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /// The user's own folder, where there is one.
  public Optional<Path> home() {
    return find("HOME").map(Path::of);
  }

  /// The proxies that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name, in upper or lower case.
  ///
  /// @throws FormatException if one of them is no URL of a proxy
  public ProxyRules proxies() throws FormatException {
    return ProxyRules.parse(
        either("HTTP_PROXY", "http_proxy"),
        either("HTTPS_PROXY", "https_proxy"),
        either("NO_PROXY", "no_proxy"));
  }

  private String either(String upper, String lower) {
    return find(upper).or(() -> find(lower)).orElse("");
  }

  @Override
  public String toString() {
    return "Environment[" + variables.size() + " variables]";
  }
}
