package dev.countersign.provider;

import dev.countersign.json.JsonObject;
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
    private boolean isAbout(String image) {
      var key = decision.key();
      var asked = key.substring(key.lastIndexOf('|') + 1);
      return key.equals(image) || asked.equals(image) || asked.startsWith(image + '@');
    }

    JsonObject toJson() {
      return decision
          .toJson()
          .with("at", at.toString())
          .with("path", path)
          .with("milliseconds", Duration.ofNanos(nanos).toMillis());
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

  /// Those about what people call `image`, with or without a digest behind it, the newest first; at
  /// most `count`.
  synchronized List<Entry> about(String image, int count) {
    return entries.stream().filter(entry -> entry.isAbout(image)).limit(count).toList();
  }

  synchronized Optional<Entry> find(String id) {
    return entries.stream().filter(entry -> entry.decision().id().text().equals(id)).findFirst();
  }
}
