package dev.countersign.cli;

import dev.countersign.format.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Prints a completion script for a shell.
final class Completion implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "completion",
        "Prints a completion script for a shell.",
        "bash|zsh|fish",
        1,
        1,
        List.of(),
        "source <(countersign completion bash)");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure {
    var shell = arguments.operands().getFirst();
    world
        .stdout()
        .print(
            switch (shell) {
              case "bash" -> bash();
              case "zsh" ->
                  "#compdef countersign\nautoload -U +X bashcompinit && bashcompinit\n" + bash();
              case "fish" -> fish();
              default -> throw new Failure("expected bash, zsh or fish, got " + OneLine.of(shell));
            });
    return ExitCode.DONE;
  }

  private static String bash() {
    var cases =
        perCommand(usage ->
            "    %s) words='%s' ;;\n"
                .formatted(last(usage.name()), String.join(" ", flags(usage))));
    return """
    _countersign() {
      local word=${COMP_WORDS[COMP_CWORD]} words='%s' i
      for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
    %s    esac
      done
      case $word in
        -*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
        *) [ "$COMP_CWORD" -le 2 ] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
      esac
    }
    complete -o default -F _countersign countersign
    """
        .formatted(String.join(" ", first()), (groups() + String.join("", cases)).indent(2));
  }

  private static String fish() {
    var text = new StringBuilder();
    for (var name : first()) {
      text.append("complete -c countersign -n __fish_use_subcommand -a %s\n".formatted(name));
    }
    perCommand(usage ->
            String.join(
                "",
                usage.allFlags().stream()
                    .filter(Flag::works)
                    .map(flag ->
                        "complete -c countersign -n '__fish_seen_subcommand_from %s' -l %s\n"
                            .formatted(last(usage.name()), flag.name()))
                    .toList()))
        .forEach(text::append);
    return text.toString();
  }

  /// The first words of all subcommands.
  private static List<String> first() {
    return Commands.names().stream().map(name -> name.replaceFirst(" .*", "")).distinct().toList();
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf(' ') + 1);
  }

  /// The second words after each first that has some.
  private static String groups() {
    var text = new StringBuilder();
    for (var group : first().stream().filter(Commands::isGroup).toList()) {
      var words =
          Commands.names().stream()
              .filter(name -> name.startsWith(group + ' '))
              .map(Completion::last)
              .toList();
      text.append("    %s) words='%s' ;;\n".formatted(group, String.join(" ", words)));
    }
    return text.toString();
  }

  private static List<String> flags(Usage usage) {
    return usage.allFlags().stream().filter(Flag::works).map(flag -> "--" + flag.name()).toList();
  }

  private static List<String> perCommand(Function<Usage, String> line) {
    var lines = new ArrayList<String>();
    for (var name : Commands.names()) {
      Commands.find(name).map(Command::usage).map(line).ifPresent(lines::add);
    }
    return lines;
  }
}
