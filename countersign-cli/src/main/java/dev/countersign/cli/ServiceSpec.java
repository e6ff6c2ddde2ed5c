package dev.countersign.cli;

import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A service as a flag describes it: `url=https://…,start-time=…`, as cosign's.
record ServiceSpec(String flag, Map<String, String> values) {
  ServiceSpec {
    values = Map.copyOf(values);
  }

  static ServiceSpec parse(Flag flag, String text) throws Failure {
    var values = new HashMap<String, String>();
    for (var pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        throw new Failure(
            "expected name=value between the commas of --%s, got %s"
                .formatted(flag.name(), OneLine.of(pair)));
      }
      values.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return new ServiceSpec(flag.name(), values);
  }

  Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  String require(String name) throws Failure {
    return find(name)
        .orElseThrow(() -> new Failure("expected " + name + " in --" + flag + ", got none"));
  }

  /// As JSON says when something is in use.
  ///
  /// @param otherwise the start where none is named; empty if one must be
  JsonObject validity(Optional<Instant> otherwise) throws Failure {
    var start = time("start-time").or(() -> otherwise);
    if (start.isEmpty()) {
      throw new Failure("expected start-time in --" + flag + ", got none");
    }
    var json = JsonObject.empty().with("start", text(start.get()));
    var end = time("end-time");
    return end.isEmpty() ? json : json.with("end", text(end.get()));
  }

  private Optional<Instant> time(String name) throws Failure {
    var text = find(name);
    try {
      return text.map(value -> OffsetDateTime.parse(value).toInstant());
    } catch (DateTimeException e) {
      throw new Failure(
          "expected a time as 2026-01-31T12:00:00Z in %s of --%s, got %s"
              .formatted(name, flag, OneLine.of(text.orElse(""))));
    }
  }

  /// With as many digits of a second as are needed, in threes, as protobuf's JSON has it.
  private static String text(Instant time) {
    return DateTimeFormatter.ISO_INSTANT.format(time);
  }
}
