package dev.countersign.cli;

import java.util.List;

/// Shows the help of a command.
final class ShowHelp implements Command {
  @Override
  public Usage usage() {
    return new Usage("help", "Shows the help of a command.", "[COMMAND]", 0, 2, List.of(), "");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure {
    if (arguments.operands().isEmpty()) {
      world.stdout().print(Help.overview());
      return ExitCode.DONE;
    }
    var name = String.join(" ", arguments.operands());
    var command = Commands.find(name).orElseThrow(() -> CommandLine.unknown(name));
    world.stdout().print(Help.of(command.usage()));
    return ExitCode.DONE;
  }
}
