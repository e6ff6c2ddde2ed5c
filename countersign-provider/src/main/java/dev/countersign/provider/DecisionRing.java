package dev.countersign.provider;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// The last decisions, for those who ask why. Safe for use by many threads.
final class DecisionRing implements DecisionLog {
  /// The most that are kept.
  static final int MAX = 1_000;

  private final Deque<Entry> entries = new ArrayDeque<>();

  /// A decision and when it was made.
  record Entry(Instant at, String path, DecisionRecord decision, long nanos) {
    JsonObject toJson() {
      var json =
          JsonObject.empty()
              .with("id", decision.id().text())
              .with("at", at.toString())
              .with("path", path)
              .with("key", decision.key())
              .with("decision", decision.outcome().word())
              .with("code", decision.why().code())
              .with("reason", decision.why().reason())
              .with("milliseconds", Duration.ofNanos(nanos).toMillis());
      if (decision.digest().isPresent()) {
        json = json.with("digest", decision.digest().get().toString());
      }
      var signatures = decision.findings().stream().<JsonValue>map(Finding::toJson).toList();
      return json.with("signatures", new JsonArray(signatures));
    }
  }

  @Override
  public synchronized void add(String path, DecisionRecord decision, long nanos) {
    if (entries.size() == MAX) {
      entries.removeLast();
    }
    entries.addFirst(new Entry(Instant.now(), path, decision, nanos));
  }

  /// The newest first, at most `count`.
  synchronized List<Entry> newest(int count) {
    return new ArrayList<>(entries).subList(0, Math.min(count, entries.size()));
  }

  synchronized Optional<Entry> find(String id) {
    return entries.stream().filter(entry -> entry.decision().id().text().equals(id)).findFirst();
  }
}
