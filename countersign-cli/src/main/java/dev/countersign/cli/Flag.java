package dev.countersign.cli;

import java.util.Locale;
import java.util.Optional;

/// One flag of a subcommand: how it is written, what it does here, and how it stands to cosign's.
///
/// Parsing, help, completion and the comparison with cosign's `--help` all read this.
///
/// @param name without dashes
/// @param shorthand one letter, or empty
/// @param initial the value when neither command line nor environment give one, as help shows it
record Flag(
    String name, String shorthand, Kind kind, String initial, String help, Standing standing) {

  /// What values look like.
  enum Kind {
    /// `true` or `false`; a value only after `=`.
    SWITCH(""),
    TEXT("string"),
    /// Texts between commas; given twice, the lists are joined.
    LIST("strings"),
    /// A time as Go writes it, `3m0s`.
    TIME("duration");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// What becomes of a flag that is given.
  sealed interface Standing {
    /// Why `value` cannot be given; empty if it can.
    Optional<String> refusal(String value);

    /// It does what it does in cosign.
    record Used() implements Standing {
      @Override
      public Optional<String> refusal(String value) {
        return Optional.empty();
      }
    }

    /// It is ours; cosign has none of that name, so no `COSIGN_…` variable sets it.
    record Ours() implements Standing {
      @Override
      public Optional<String> refusal(String value) {
        return Optional.empty();
      }
    }

    /// cosign has it; here it changes nothing, whatever its value.
    record Harmless() implements Standing {
      @Override
      public Optional<String> refusal(String value) {
        return Optional.empty();
      }
    }

    /// cosign has it; this one value changes nothing here, any other is refused.
    record HarmlessAs(String only, String reason) implements Standing {
      @Override
      public Optional<String> refusal(String value) {
        return value.equals(only) ? Optional.empty() : Optional.of(reason);
      }
    }

    /// cosign has it; here it is not supported, and not ignored either. A switch that is turned off
    /// asks for nothing.
    record Refused(String reason) implements Standing {
      @Override
      public Optional<String> refusal(String value) {
        return value.equals("false") ? Optional.empty() : Optional.of(reason);
      }
    }
  }

  static Flag text(String name, String help) {
    return new Flag(name, "", Kind.TEXT, "", help, new Standing.Used());
  }

  static Flag list(String name, String help) {
    return new Flag(name, "", Kind.LIST, "", help, new Standing.Used());
  }

  static Flag time(String name, String help) {
    return new Flag(name, "", Kind.TIME, "", help, new Standing.Used());
  }

  static Flag off(String name, String help) {
    return new Flag(name, "", Kind.SWITCH, "false", help, new Standing.Used());
  }

  static Flag on(String name, String help) {
    return new Flag(name, "", Kind.SWITCH, "true", help, new Standing.Used());
  }

  /// A switch of cosign's that changes nothing here.
  static Flag harmlessSwitch(String name) {
    return off(name, "").standing(new Standing.Harmless());
  }

  /// A value of cosign's that changes nothing here.
  static Flag harmlessText(String name) {
    return text(name, "").standing(new Standing.Harmless());
  }

  /// A switch of cosign's of which only the value `false` is taken.
  static Flag onlyOff(String name, String reason) {
    return off(name, "").standing(new Standing.HarmlessAs("false", reason));
  }

  static Flag refusedSwitch(String name, String reason) {
    return off(name, "").standing(new Standing.Refused(reason));
  }

  static Flag refusedText(String name, String reason) {
    return text(name, "").standing(new Standing.Refused(reason));
  }

  Flag shortened(String letter) {
    return new Flag(name, letter, kind, initial, help, standing);
  }

  Flag initially(String value) {
    return new Flag(name, shorthand, kind, value, help, standing);
  }

  Flag standing(Standing newStanding) {
    return new Flag(name, shorthand, kind, initial, help, newStanding);
  }

  Flag ours() {
    return standing(new Standing.Ours());
  }

  /// The variable that sets this flag where cosign has it.
  String variable() {
    return "COSIGN_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /// Why `value` cannot be given; empty if it can.
  Optional<String> refusal(String value) {
    var isText = kind != Kind.SWITCH && standing instanceof Standing.Refused;
    var plain = Booleans.parse(value).map(String::valueOf).orElse(value);
    return standing.refusal(isText ? "" : plain);
  }

  /// Whether giving this flag can have an effect.
  boolean works() {
    return standing instanceof Standing.Used || standing instanceof Standing.Ours;
  }
}
