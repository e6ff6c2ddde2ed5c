package dev.countersign.cli;

import dev.countersign.format.OneLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/// Reads the arguments of one subcommand by its table of flags.
final class ArgumentParser {
  private final Usage usage;
  private final World world;
  private final List<Flag> flags;

  ArgumentParser(Usage usage, World world) {
    this.usage = usage;
    this.world = world;
    this.flags = usage.allFlags();
  }

  /// @throws Failure if a flag is unknown or refused, a value is none of its kind, or the number of
  ///   operands is wrong
  Arguments parse(List<String> words) throws Failure {
    var plain = Dialect.of(flags, words);
    var line = parseLine(plain.written());
    plain.warnings().forEach(world::warn);
    var typed = typed(line);
    var inherited = inherited(typed);
    for (var flag : flags) {
      for (var value : typed.getOrDefault(flag.name(), List.of())) {
        accept(flag, "--" + flag.name(), value);
      }
      if (inherited.containsKey(flag.name())) {
        accept(flag, flag.variable(), inherited.get(flag.name()));
      }
    }
    var arguments = new Arguments(typed, inherited, line.getArgList());
    if (!arguments.isOn(CommonFlags.HELP)) {
      countOperands(line.getArgList().size());
    }
    return arguments;
  }

  private CommandLine parseLine(List<String> words) throws Failure {
    var options = new Options();
    for (var flag : flags) {
      options.addOption(Option.builder().longOpt(flag.name()).hasArg().get());
    }
    var parser =
        DefaultParser.builder()
            .setAllowPartialMatching(false)
            .setStripLeadingAndTrailingQuotes(false)
            .get();
    try {
      return parser.parse(options, words.toArray(String[]::new));
    } catch (UnrecognizedOptionException e) {
      throw unknown(e.getOption());
    } catch (MissingArgumentException e) {
      throw new Failure("flag needs an argument: --" + e.getOption().getLongOpt());
    } catch (ParseException e) {
      throw new Failure(OneLine.of(String.valueOf(e.getMessage())));
    }
  }

  private Failure unknown(String word) {
    int equals = word.indexOf('=');
    var name = equals < 0 ? word : word.substring(0, equals);
    var names = flags.stream().map(Flag::name).toList();
    var near = NearestName.find(name.replaceFirst("^-+", ""), names);
    return new Failure("unknown flag: " + OneLine.of(name))
        .withHint(
            near.map(found -> "did you mean --" + found + "?")
                .orElse("see countersign " + usage.name() + " --help"));
  }

  private Map<String, List<String>> typed(CommandLine line) {
    var typed = new HashMap<String, List<String>>();
    for (var option : line.getOptions()) {
      typed
          .computeIfAbsent(option.getLongOpt(), name -> new ArrayList<>())
          .addAll(option.getValuesList());
    }
    return typed;
  }

  /// The flags that cosign has, that the command line leaves out, and that a `COSIGN_…` variable
  /// sets; one that is set to nothing sets nothing.
  private Map<String, String> inherited(Map<String, List<String>> typed) {
    var inherited = new HashMap<String, String>();
    for (var flag : flags) {
      if (isInheritable(flag) && !typed.containsKey(flag.name())) {
        world
            .variable(flag.variable())
            .filter(value -> !value.isEmpty())
            .ifPresent(value -> inherited.put(flag.name(), value));
      }
    }
    return inherited;
  }

  /// `COSIGN_PASSWORD` is the password of a key, never that of a registry.
  private boolean isInheritable(Flag flag) {
    return usage.hasVariables()
        && !(flag.standing() instanceof Flag.Standing.Ours)
        && !flag.name().equals("password");
  }

  private void accept(Flag flag, String source, String value) throws Failure {
    var wellFormed =
        switch (flag.kind()) {
          case SWITCH -> Booleans.parse(value).isPresent();
          case TIME -> GoDuration.parse(value).isPresent();
          case TEXT, LIST -> true;
        };
    if (!wellFormed) {
      throw new Failure(
          "invalid argument \"%s\" for %s, expected %s"
              .formatted(OneLine.of(value), source, expected(flag.kind())));
    }
    var reason = flag.refusal(value);
    if (reason.isPresent()) {
      var written = flag.standing() instanceof Flag.Standing.HarmlessAs ? '=' + value : "";
      throw new Failure(source + OneLine.of(written) + " is not supported: " + reason.get());
    }
  }

  private static String expected(Flag.Kind kind) {
    return switch (kind) {
      case SWITCH -> "true or false";
      case TIME -> "a time such as 3m0s";
      case TEXT, LIST -> "text";
    };
  }

  private void countOperands(int count) throws Failure {
    if (count < usage.least()) {
      throw misused("requires at least " + usage.least() + " arg(s), only received " + count);
    }
    if (count > usage.most()) {
      throw misused("accepts at most " + usage.most() + " arg(s), received " + count);
    }
  }

  private Failure misused(String problem) {
    return new Failure(problem)
        .withHint(
            "usage: countersign %s [flags] %s".formatted(usage.name(), usage.operands()).strip());
  }
}
