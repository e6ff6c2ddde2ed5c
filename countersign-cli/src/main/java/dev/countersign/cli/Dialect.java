package dev.countersign.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The way cosign's users write flags, written out as `--name=value`.
///
/// As pflag: a switch takes a value only after `=`, any other flag takes the next argument whatever
/// it looks like, letters may be joined (`-ry`, `-ojson`). As cosign before it: `-key` is `--key`
/// with a warning, and five flags have a second name. What is unknown stays as it is, for the
/// parser to refuse.
final class Dialect {
  private static final Map<String, String> ALIASES =
      Map.of(
          "cert", "certificate",
          "cert-chain", "certificate-chain",
          "cert-identity", "certificate-identity",
          "cert-oidc-issuer", "certificate-oidc-issuer",
          "output-cert", "output-certificate");

  private final List<Flag> flags;
  private final List<String> arguments;
  private final List<String> written = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private int at;

  private Dialect(List<Flag> flags, List<String> arguments) {
    this.flags = flags;
    this.arguments = arguments;
  }

  /// @param written what the parser gets
  /// @param warnings what the user is to hear
  record Plain(List<String> written, List<String> warnings) {}

  static Plain of(List<Flag> flags, List<String> arguments) {
    var dialect = new Dialect(flags, arguments);
    while (dialect.at < arguments.size()) {
      dialect.next();
    }
    return new Plain(dialect.written, dialect.warnings);
  }

  private void next() {
    var argument = arguments.get(at++);
    if (argument.equals("--")) {
      written.add(argument);
      written.addAll(arguments.subList(at, arguments.size()));
      at = arguments.size();
    } else if (argument.startsWith("--")) {
      longFlag(argument);
    } else if (argument.startsWith("-") && argument.length() > 1) {
      singleDash(argument);
    } else {
      written.add(argument);
    }
  }

  private void longFlag(String argument) {
    int equals = argument.indexOf('=');
    var typed = argument.substring(2, equals < 0 ? argument.length() : equals);
    var flag = find(ALIASES.getOrDefault(typed, typed));
    if (flag.isEmpty()) {
      written.add(argument);
    } else if (equals < 0) {
      withNext(flag.get());
    } else {
      written.add(flag(flag.get(), argument.substring(equals + 1)));
    }
  }

  private void singleDash(String argument) {
    int equals = argument.indexOf('=');
    var name = argument.substring(1, equals < 0 ? argument.length() : equals);
    if (name.length() > 1 && find(ALIASES.getOrDefault(name, name)).isPresent()) {
      warnings.add(
          "the -%s flag is deprecated and will be removed in a future release. Please use the --%s flag instead."
              .formatted(name, name));
      longFlag('-' + argument);
    } else {
      letters(argument, 1);
    }
  }

  /// Letters from `from` on, the last of which may have a value behind it.
  private void letters(String argument, int from) {
    var flag = findLetter(argument.charAt(from));
    var rest = argument.substring(from + 1);
    if (flag.isEmpty()) {
      written.add(argument);
    } else if (rest.isEmpty()) {
      withNext(flag.get());
    } else if (rest.startsWith("=")) {
      written.add(flag(flag.get(), rest.substring(1)));
    } else if (flag.get().kind() == Flag.Kind.SWITCH) {
      written.add(flag(flag.get(), "true"));
      letters(argument, from + 1);
    } else {
      written.add(flag(flag.get(), rest));
    }
  }

  private void withNext(Flag flag) {
    if (flag.kind() == Flag.Kind.SWITCH) {
      written.add(flag(flag, "true"));
    } else if (at < arguments.size()) {
      written.add(flag(flag, arguments.get(at++)));
    } else {
      written.add("--" + flag.name());
    }
  }

  private static String flag(Flag flag, String value) {
    return "--" + flag.name() + '=' + value;
  }

  private Optional<Flag> find(String name) {
    for (var flag : flags) {
      if (flag.name().equals(name)) {
        return Optional.of(flag);
      }
    }
    return Optional.empty();
  }

  private Optional<Flag> findLetter(char letter) {
    for (var flag : flags) {
      if (flag.shorthand().length() == 1 && flag.shorthand().charAt(0) == letter) {
        return Optional.of(flag);
      }
    }
    return Optional.empty();
  }
}
