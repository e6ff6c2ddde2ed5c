package dev.countersign.cli;

import dev.countersign.cli.kubernetes.ApiException;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// The whole command, from arguments to exit code.
final class CommandLine {
  private final World world;

  CommandLine(World world) {
    this.world = world;
  }

  /// Runs the command line `words`. Whatever goes wrong is one line on stderr and an exit code that
  /// is not 0.
  int run(List<String> words) {
    try {
      return dispatch(words);
    } catch (Failure e) {
      print(e, world);
      return e.exitCode();
    } catch (FormatException e) {
      return failed(e.problem(), e, words);
    } catch (ApiException e) {
      int exitCode = failed(String.valueOf(e.getMessage()), e, words);
      world.stderr().println("hint: " + e.advice());
      return exitCode;
    } catch (IOException e) {
      return failed(FileFault.describe(e), e, words);
    } catch (RuntimeException | Error e) {
      return failed("unexpected " + e + "; please report it, with --verbose", e, words);
    } finally {
      world.stdout().flush();
      world.stderr().flush();
    }
  }

  /// Tells a failure, in one line and a line of advice.
  static void print(Failure failure, World world) {
    world.stderr().println("Error: " + OneLine.of(failure.problem()));
    failure.hint().ifPresent(hint -> world.stderr().println("hint: " + OneLine.of(hint)));
  }

  private int failed(String problem, Throwable cause, List<String> words) {
    world.stderr().println("Error: " + OneLine.of(problem));
    if (words.contains("--verbose") || words.contains("-d")) {
      cause.printStackTrace(world.stderr());
    }
    return ExitCode.FAILED;
  }

  private int dispatch(List<String> words) throws Failure, FormatException, IOException {
    int at = indexOfCommand(words);
    if (at == words.size()) {
      world.stdout().print(Help.overview());
      return ExitCode.DONE;
    }
    var rest = new ArrayList<>(words);
    var name = name(rest.remove(at), rest, at);
    var command = Commands.find(name).orElseThrow(() -> unknown(name));
    var arguments = new ArgumentParser(command.usage(), world).parse(rest);
    if (arguments.isOn(CommonFlags.HELP)) {
      world.stdout().print(Help.of(command.usage()));
      return ExitCode.DONE;
    }
    return run(command, arguments);
  }

  private int run(Command command, Arguments arguments)
      throws Failure, FormatException, IOException {
    var file = arguments.find(CommonFlags.OUTPUT_FILE);
    if (file.isEmpty()) {
      return command.run(arguments, world);
    }
    try (var out =
        new PrintStream(
            Files.newOutputStream(world.file(file.get())), false, StandardCharsets.UTF_8)) {
      int exitCode = command.run(arguments, world.withStdout(out));
      if (out.checkError()) {
        throw new Failure("cannot write all of " + file.get());
      }
      return exitCode;
    }
  }

  /// The name of the subcommand, of two words in a group of them, as `bundle create`; the second is
  /// taken out of `rest`.
  private static String name(String word, List<String> rest, int at) {
    var name = word.replaceFirst("^--?version$", "version");
    return Commands.isGroup(name) && at < rest.size() && !rest.get(at).startsWith("-")
        ? name + ' ' + rest.remove(at)
        : name;
  }

  /// The first word that is no global flag and no value of one.
  private static int indexOfCommand(List<String> words) {
    int at = 0;
    while (at < words.size() && words.get(at).startsWith("-") && !isVersion(words.get(at))) {
      var isSeparate =
          switch (words.get(at)) {
            case "-t", "-timeout", "--timeout", "-output-file", "--output-file" -> true;
            default -> false;
          };
      at += isSeparate ? 2 : 1;
    }
    return Math.min(at, words.size());
  }

  private static boolean isVersion(String word) {
    return word.equals("--version") || word.equals("-version");
  }

  static Failure unknown(String name) {
    if (Commands.isGroup(name)) {
      var names = Commands.names().stream().filter(one -> one.startsWith(name + ' ')).toList();
      return new Failure(
              "expected one of " + String.join(", ", names) + ", got \"" + name + "\" alone")
          .withHint("see countersign --help");
    }
    var near = NearestName.find(name, Commands.names());
    return new Failure("unknown command \"" + OneLine.of(name) + "\" for \"countersign\"")
        .withHint(
            near.map(found -> "did you mean countersign " + found + "?")
                .orElse("see countersign --help"));
  }
}
