package dev.countersign.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/// Many clients at once, for a bounded time.
final class Load {
  private static final int MOST_TRIES = 120;

  private Load() {}

  /// How clients connect.
  enum Connections {
    /// One for each client, for all its requests.
    KEPT,
    /// A new one for each request, as Gatekeeper up to 3.21.
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
    var tls = desk.tls();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    var tasks = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < clients; i++) {
      tasks.add(() ->
          switch (connections) {
            case KEPT -> askKept(tls, service, request, end);
            case NEW -> askNew(tls, service, request, end);
          });
    }
    return all(tasks).stream().mapToInt(Integer::intValue).sum() / seconds;
  }

  private static int askKept(SSLContext tls, Service service, byte[] request, long end)
      throws IOException {
    int answered = 0;
    try (var gatekeeper = new Gatekeeper(tls, service.port())) {
      for (; System.nanoTime() < end; answered++) {
        var _ = gatekeeper.time(request);
      }
    }
    return answered;
  }

  private static int askNew(SSLContext tls, Service service, byte[] request, long end)
      throws IOException {
    int answered = 0;
    for (; System.nanoTime() < end; answered++) {
      try (var gatekeeper = new Gatekeeper(tls, service.port())) {
        var _ = gatekeeper.time(request);
      }
    }
    return answered;
  }

  /// How a rush of Pods went.
  ///
  /// @param millis from the moment each Pod was due until its image was verified
  /// @param late answers that said to try again
  /// @param broken connections that ended without an answer
  record Rush(Sample millis, int late, int broken) {}

  /// Pods that come evenly over `seconds`, each on a new connection to the next of the services,
  /// and again after a second until its image is verified.
  static Rush rush(Desk desk, List<Service> services, List<byte[]> requests, double seconds)
      throws Exception {
    var tls = desk.tls();
    var turn = new AtomicInteger();
    var late = new AtomicInteger();
    var broken = new AtomicInteger();
    long start = System.nanoTime();
    var tasks = new ArrayList<Callable<Double>>();
    for (int i = 0; i < requests.size(); i++) {
      var request = requests.get(i);
      long due = start + (long) (i * seconds * 1e9 / requests.size());
      tasks.add(() -> {
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        for (int tries = 0; tries < MOST_TRIES; tries++) {
          var service = services.get(Math.floorMod(turn.getAndIncrement(), services.size()));
          try (var gatekeeper = new Gatekeeper(tls, service.port())) {
            if (Gatekeeper.isVerified(gatekeeper.ask(request))) {
              return (System.nanoTime() - due) / 1e6;
            }
            late.incrementAndGet();
          } catch (IOException e) {
            broken.incrementAndGet();
          }
          TimeUnit.SECONDS.sleep(1);
        }
        throw new IOException("expected an answer within " + MOST_TRIES + " tries");
      });
    }
    return new Rush(new Sample(all(tasks)), late.get(), broken.get());
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
