package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;

/// JSON text on one line.
final class JsonLine {
  private JsonLine() {}

  /// `json` as it came if that is one line, else written anew.
  ///
  /// @throws FormatException if it is no JSON
  static String of(Bytes json) throws FormatException {
    var value = JsonValue.parse(json);
    var text = json.toUtf8().strip();
    return text.lines().count() == 1 ? text : value.toBytes().toUtf8();
  }
}
