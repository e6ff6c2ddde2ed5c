package dev.countersign.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.countersign.json.JsonObject;
import java.util.Arrays;

/// One JSON object a line: `time` (RFC 3339), `level`, `logger`, and either the fields of what
/// happened, each a member, or a `message`.
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line =
        JsonObject.empty()
            .with("time", event.getInstant().toString())
            .with("level", event.getLevel().toString())
            .with("logger", event.getLoggerName());
    var json = with(line, event).toBytes().toArray();
    var ended = Arrays.copyOf(json, json.length + 1);
    ended[json.length] = '\n';
    return ended;
  }

  private static JsonObject with(JsonObject line, ILoggingEvent event) {
    var fields = event.getKeyValuePairs();
    if (fields == null || fields.isEmpty()) {
      var told = line.with("message", event.getFormattedMessage());
      var thrown = event.getThrowableProxy();
      return thrown == null
          ? told
          : told.with("exception", thrown.getClassName() + ": " + thrown.getMessage());
    }
    var all = line;
    for (var field : fields) {
      all =
          field.value instanceof Long number
              ? all.with(field.key, number)
              : all.with(field.key, String.valueOf(field.value));
    }
    return all;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
