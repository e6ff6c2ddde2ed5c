package dev.countersign.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The newest requests. Safe for many threads.
final class RequestLog {
  private static final int MOST = 20_000;

  private final Deque<LoggedRequest> requests = new ArrayDeque<>();

  synchronized void add(Request request, int status) {
    if (requests.size() == MOST) {
      requests.removeFirst();
    }
    requests.addLast(new LoggedRequest(request, status));
  }

  synchronized List<LoggedRequest> all() {
    return List.copyOf(requests);
  }

  synchronized void clear() {
    requests.clear();
  }
}
