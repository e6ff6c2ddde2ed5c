package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.Locale;

/// The record of a decision, told to a person. Whatever stands in it, each line is one.
final class Story {
  private final StringBuilder text = new StringBuilder();

  private Story() {}

  /// @param record as the provider writes it
  static String of(JsonObject record) throws FormatException {
    var story = new Story();
    story.tell(record);
    return story.text.toString();
  }

  private void tell(JsonObject record) throws FormatException {
    var id = record.findString("id").map(name -> " [" + name + ']').orElse("");
    var decision = record.getString("decision").toUpperCase(Locale.ROOT);
    line(decision + ": " + record.getString("key") + id);
    var reason = record.findString("reason").orElse("");
    line("  why        " + (reason.isEmpty() ? record.getString("code") : reason));
    if (record.findString("policy").isPresent()) {
      var rule = record.findString("rule").map(place -> ", rule " + place).orElse("");
      line("  policy     " + record.getString("policy") + rule);
    }
    if (record.findString("digest").isPresent()) {
      line("  image      " + record.getString("digest"));
    }
    tellWanted(record);
    tellSignatures(record);
    tellAnswer(record);
  }

  private void tellWanted(JsonObject record) throws FormatException {
    var wanted = record.findArray("wanted");
    if (!wanted.isEmpty()) {
      line("  wanted     signatures by " + record.getLong("atLeast") + " of");
    }
    for (var one : wanted) {
      line("             - " + signer(one.asObject("an authority")));
    }
  }

  private void tellSignatures(JsonObject record) throws FormatException {
    line("  found      " + record.getLong("found") + " signatures");
    for (var item : record.findArray("signatures")) {
      var one = item.asObject("a signature");
      line(
          "             - %s, by %s: %s"
              .formatted(
                  one.getString("form"),
                  signer(one.getObject("signer")),
                  one.getString("counts").equals("yes") ? "counts" : one.getString("text")));
      for (var annotation : one.findStrings("annotations").entrySet()) {
        line("                 " + annotation.getKey() + '=' + annotation.getValue());
      }
    }
  }

  private void tellAnswer(JsonObject record) throws FormatException {
    var at =
        record.findString("at").isPresent()
            ? "%s at %s after %d ms, "
                .formatted(
                    record.getString("at"),
                    record.getString("path"),
                    record.getLong("milliseconds"))
            : "";
    line("  answered   " + at + record.getString("source"));
    for (JsonValue item : record.findArray("calls")) {
      var call = item.asObject("a call");
      line(
          "             - %s: %s, %d ms"
              .formatted(
                  call.getString("what"), call.getString("result"), call.getLong("milliseconds")));
    }
  }

  private static String signer(JsonObject signer) throws FormatException {
    var known = signer.findString("authority");
    if (known.isPresent()) {
      return known.get() + ' ' + signer.getString("key");
    }
    return signer
        .findString("claimedKey")
        .map(key -> "a key that the bundle calls " + key)
        .orElse(signer.findString("certificate").isPresent() ? "a certificate" : "an unknown key");
  }

  private void line(String line) {
    text.append(OneLine.of(line)).append('\n');
  }
}
