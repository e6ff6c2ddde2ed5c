package dev.countersign.cli;

import java.util.List;

/// Help texts, made of the same tables as the parser.
final class Help {
  private Help() {}

  static String of(Usage usage) {
    var text = new StringBuilder();
    text.append(usage.summary()).append("\n\nUsage:\n  countersign ").append(usage.name());
    text.append((" [flags] " + usage.operands()).stripTrailing()).append('\n');
    if (!usage.examples().isEmpty()) {
      text.append("\nExamples:\n").append(usage.examples().indent(2));
    }
    var working = usage.flags().stream().filter(Flag::works).toList();
    if (!working.isEmpty()) {
      text.append("\nFlags:\n").append(table(working));
    }
    names(text, usage);
    text.append("\nGlobal flags:\n").append(table(CommonFlags.GLOBAL));
    return text.toString();
  }

  static String overview() {
    var text = new StringBuilder();
    text.append("Signs container images, verifies their signatures, and lets only those run.\n\n");
    text.append("Usage:\n  countersign [global flags] COMMAND [flags] [ARGUMENTS]\n\nCommands:\n");
    for (var summary : Commands.SUMMARIES) {
      text.append("  %-26s %s\n".formatted(summary.name(), summary.text()));
    }
    text.append("\nGlobal flags:\n").append(table(CommonFlags.GLOBAL));
    text.append("\nUse \"countersign COMMAND --help\" for the flags of a command.\n");
    return text.toString();
  }

  private static String table(List<Flag> flags) {
    var text = new StringBuilder();
    int width = flags.stream().mapToInt(flag -> syntax(flag).length()).max().orElse(0);
    for (var flag : flags) {
      var letter = flag.shorthand().isEmpty() ? "    " : "-" + flag.shorthand() + ", ";
      var syntax = syntax(flag);
      text.append("  ").append(letter).append(syntax).repeat(' ', width - syntax.length() + 3);
      text.append(flag.help()).append(initial(flag)).append('\n');
    }
    return text.toString();
  }

  private static String syntax(Flag flag) {
    return ("--" + flag.name() + ' ' + flag.kind().word()).stripTrailing();
  }

  private static String initial(Flag flag) {
    var isPlain = flag.initial().isEmpty() || flag.initial().equals("false");
    return isPlain ? "" : " (default " + flag.initial() + ")";
  }

  private static void names(StringBuilder text, Usage usage) {
    var names =
        usage.flags().stream()
            .filter(flag -> !flag.works() && !(flag.standing() instanceof Flag.Standing.Refused))
            .map(Help::written)
            .toList();
    if (!names.isEmpty()) {
      text.append("\nFlags of cosign that change nothing here:\n");
      names.forEach(name -> text.append("  ").append(name).append('\n'));
    }
  }

  private static String written(Flag flag) {
    var letter = flag.shorthand().isEmpty() ? "    " : "-" + flag.shorthand() + ", ";
    var value =
        flag.standing() instanceof Flag.Standing.HarmlessAs(String only, String reason)
            ? '=' + only
            : "";
    return letter + "--" + flag.name() + value;
  }
}
