package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.oci.ImageReference;
import dev.countersign.registry.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads what several commands have in common on their command line.
final class Images {
  private Images() {}

  static List<ImageReference> parse(Arguments arguments) throws Failure {
    var images = new ArrayList<ImageReference>();
    for (var operand : arguments.operands()) {
      try {
        images.add(ImageReference.parse(operand));
      } catch (FormatException e) {
        throw new Failure("could not parse reference: " + OneLine.of(operand) + ": " + e.problem());
      }
    }
    return images;
  }

  /// The annotations of `-a key=value`; of two of one name the last.
  static Map<String, String> annotations(Arguments arguments, Flag flag) throws Failure {
    var annotations = new LinkedHashMap<String, String>();
    for (var item : arguments.list(flag)) {
      int equals = item.indexOf('=');
      if (equals < 0) {
        throw new Failure(
            "unable to parse annotation: expected key=value, got \"" + OneLine.of(item) + '"');
      }
      annotations.put(item.substring(0, equals), item.substring(equals + 1));
    }
    return annotations;
  }

  /// When the command is to give up. `0` is never.
  static Deadline deadline(Arguments arguments) {
    var time = GoDuration.parse(arguments.text(CommonFlags.TIMEOUT)).orElse(Duration.ZERO);
    return Deadline.after(time.isZero() ? Duration.ofDays(365) : time);
  }
}
