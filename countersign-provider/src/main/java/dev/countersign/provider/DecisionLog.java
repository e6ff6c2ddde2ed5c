package dev.countersign.provider;

import dev.countersign.format.OneLine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where decisions are written down: one line each, of bounded length, in `name=value` form.
@FunctionalInterface
interface DecisionLog {
  /// Fields whose text is strangers'.
  Set<String> FREE = Set.of("key", "reason");

  /// Writes down what `path` answered about one key after `nanos`.
  void add(String path, DecisionRecord decision, long nanos);

  /// This log and then another one.
  default DecisionLog and(DecisionLog other) {
    return (path, decision, nanos) -> {
      add(path, decision, nanos);
      other.add(path, decision, nanos);
    };
  }

  /// A log that keeps nothing.
  static DecisionLog silent() {
    return (path, decision, nanos) -> {};
  }

  /// The log of the process.
  static DecisionLog standard() {
    var logger = LoggerFactory.getLogger("countersign.decision");
    return (path, decision, nanos) -> write(logger, path, decision, nanos);
  }

  /// The line, and its fields for logs that keep them apart.
  private static void write(Logger logger, String path, DecisionRecord decision, long nanos) {
    if (logger.isInfoEnabled()) {
      var event = logger.atInfo();
      for (var field : fields(path, decision, nanos).entrySet()) {
        event =
            event.addKeyValue(
                field.getKey(),
                field.getValue() instanceof String text ? OneLine.of(text) : field.getValue());
      }
      event.log(line(path, decision, nanos));
    }
  }

  /// The line of one decision.
  static String line(String path, DecisionRecord decision, long nanos) {
    return fields(path, decision, nanos).entrySet().stream()
        .map(field ->
            field.getKey()
                + '='
                + (FREE.contains(field.getKey()) ? quoted(field.getValue()) : field.getValue()))
        .collect(Collectors.joining(" "));
  }

  /// Texts and one number.
  private static Map<String, Object> fields(String path, DecisionRecord decision, long nanos) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("path", path);
    fields.put("key", decision.key());
    fields.put("decision", decision.outcome().word());
    fields.put("code", decision.why().code());
    decision.policy().ifPresent(policy -> fields.put("policy", policy));
    decision.digest().ifPresent(digest -> fields.put("digest", digest.toString()));
    fields.put("source", decision.source().word());
    fields.put("id", decision.id());
    fields.put("ms", Duration.ofNanos(nanos).toMillis());
    if (!decision.why().reason().isEmpty()) {
      fields.put("reason", decision.why().reason());
    }
    return fields;
  }

  /// One line between quotation marks, those inside and backslashes escaped.
  private static String quoted(Object text) {
    var escaped = text.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    return '"' + OneLine.of(escaped) + '"';
  }
}
