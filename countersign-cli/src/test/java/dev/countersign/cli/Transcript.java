package dev.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A file of commands and what they must print, in the manner of age's test scripts.
///
/// A line starting with `$ ` is a command; what follows until the next command or empty line is
/// about it: `0< ` a line of its standard input, `0<-` one without line end, `type ` what a person
/// types unseen, `1> ` a line of its standard output, `2> ` a line of its standard error, `? ` its
/// exit code if that is not 0. Other lines prepare or inspect: `env NAME=VALUE`, `unset NAME`,
/// `image NAME:TAG`, `index NAME:TAG`, `write FILE TEXT`, `mode FILE rw-------`, `absent FILE`,
/// `contains FILE TEXT`, `fail STATUS END` (requests whose path ends so), `heal ALL`. `#` starts a
/// comment.
record Transcript(List<Step> steps) {

  /// One thing to do, with the number of its line.
  sealed interface Step {
    int line();

    record Prepare(int line, String verb, String rest) implements Step {}

    record Run(
        int line,
        List<String> words,
        String stdin,
        boolean isPiped,
        List<String> typed,
        List<String> stdout,
        List<String> stderr,
        int exitCode)
        implements Step {}
  }

  static Transcript read(Path file) throws IOException {
    var lines = new ArrayDeque<>(Files.readAllLines(file));
    var steps = new ArrayList<Step>();
    int number = 0;
    while (!lines.isEmpty()) {
      number++;
      var line = lines.removeFirst();
      if (line.startsWith("$ ")) {
        int before = lines.size();
        steps.add(run(number, line.substring(2), lines));
        number += before - lines.size();
      } else if (!line.isBlank() && !line.startsWith("#")) {
        int space = line.indexOf(' ');
        steps.add(new Step.Prepare(number, line.substring(0, space), line.substring(space + 1)));
      }
    }
    return new Transcript(steps);
  }

  private static Step run(int number, String command, Deque<String> lines) {
    var stdin = new StringBuilder();
    boolean isPiped = false;
    var typed = new ArrayList<String>();
    var stdout = new ArrayList<String>();
    var stderr = new ArrayList<String>();
    int exitCode = 0;
    while (!lines.isEmpty() && !lines.peekFirst().isBlank()) {
      var line = lines.removeFirst();
      var text = line.length() > 3 ? line.substring(3) : "";
      switch (line.substring(0, Math.min(2, line.length()))) {
        case "0<" -> {
          isPiped = true;
          stdin.append(line.startsWith("0<-") ? text : text + "\n");
        }
        case "ty" -> typed.add(line.substring("type ".length()));
        case "1>" -> stdout.add(text);
        case "2>" -> stderr.add(text);
        case "? " -> exitCode = Integer.parseInt(line.substring(2).strip());
        default -> throw new IllegalArgumentException("line " + number + ": " + line);
      }
    }
    return new Step.Run(
        number, words(command), stdin.toString(), isPiped, typed, stdout, stderr, exitCode);
  }

  /// As a shell splits them: at spaces, but not between single quotes.
  private static List<String> words(String command) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
        begun = true;
      } else if (c == ' ' && !quoted) {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }
}
