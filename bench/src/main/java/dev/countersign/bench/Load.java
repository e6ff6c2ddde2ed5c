package dev.countersign.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Many clients at once, for a bounded time.
final class Load {
  private Load() {}

  /// How clients connect.
  enum Connections {
    /// One for each client, for all its requests.
    KEPT,
    /// A new one for each request, without a session to resume, as Gatekeeper up to 3.21.
    NEW
  }

  /// Requests a second that `clients` get answered when each asks as fast as it can.
  static double requestsPerSecond(
      Desk desk,
      Service service,
      byte[] request,
      int clients,
      Connections connections,
      double seconds)
      throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    var tasks = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < clients; i++) {
      tasks.add(() ->
          switch (connections) {
            case KEPT -> askKept(desk, service, request, end);
            case NEW -> askNew(desk, service, request, end);
          });
    }
    return all(tasks).stream().mapToInt(Integer::intValue).sum() / seconds;
  }

  private static int askKept(Desk desk, Service service, byte[] request, long end)
      throws IOException {
    int answered = 0;
    try (var gatekeeper = new Gatekeeper(desk.freshTls(), service.port())) {
      for (; System.nanoTime() < end; answered++) {
        var _ = gatekeeper.time(request);
      }
    }
    return answered;
  }

  private static int askNew(Desk desk, Service service, byte[] request, long end)
      throws IOException {
    int answered = 0;
    for (; System.nanoTime() < end; answered++) {
      try (var gatekeeper = new Gatekeeper(desk.freshTls(), service.port())) {
        var _ = gatekeeper.time(request);
      }
    }
    return answered;
  }

  /// The times in milliseconds, from the moment each was due, of requests that come evenly over
  /// `seconds`, each on a new connection.
  static Sample spread(Desk desk, Service service, List<byte[]> requests, double seconds)
      throws Exception {
    long start = System.nanoTime();
    var tasks = new ArrayList<Callable<Double>>();
    for (int i = 0; i < requests.size(); i++) {
      var request = requests.get(i);
      long due = start + (long) (i * seconds * 1e9 / requests.size());
      tasks.add(() -> {
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        try (var gatekeeper = new Gatekeeper(desk.freshTls(), service.port())) {
          var _ = gatekeeper.time(request);
        }
        return (System.nanoTime() - due) / 1e6;
      });
    }
    return new Sample(all(tasks));
  }

  static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<T>();
      for (var result : workers.invokeAll(tasks)) {
        results.add(result.get());
      }
      return results;
    }
  }
}
