package dev.countersign.provider;

import dev.countersign.format.OneLine;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where decisions are written down: one line each, of bounded length, in `name=value` form.
@FunctionalInterface
interface DecisionLog {
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

  private static void write(Logger logger, String path, DecisionRecord decision, long nanos) {
    if (logger.isInfoEnabled()) {
      logger.info(line(path, decision, nanos));
    }
  }

  /// The line of one decision.
  static String line(String path, DecisionRecord decision, long nanos) {
    var line =
        new StringBuilder("path=")
            .append(path)
            .append(" key=")
            .append(quoted(decision.key()))
            .append(" decision=")
            .append(decision.outcome().word())
            .append(" code=")
            .append(decision.why().code());
    decision.policy().ifPresent(policy -> line.append(" policy=").append(policy));
    decision.digest().ifPresent(digest -> line.append(" digest=").append(digest));
    line.append(" source=").append(decision.source().word());
    line.append(" id=").append(decision.id());
    line.append(" ms=").append(Duration.ofNanos(nanos).toMillis());
    if (!decision.why().reason().isEmpty()) {
      line.append(" reason=").append(quoted(decision.why().reason()));
    }
    return line.toString();
  }

  /// One line between quotation marks, those inside and backslashes escaped.
  private static String quoted(String text) {
    return '"' + OneLine.of(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
  }
}
