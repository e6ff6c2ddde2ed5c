package dev.countersign.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/// Many clients at once, for a bounded time.
final class Load {
  /// What the program of the rush exits with when a Pod was given up.
  private static final int GIVEN_UP = 3;

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
    long nanos = (long) (seconds * 1e9);
    var tasks = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < clients; i++) {
      tasks.add(() ->
          switch (connections) {
            case KEPT -> askKept(tls, service, request, nanos);
            case NEW -> askNew(tls, service, request, nanos);
          });
    }
    return all(tasks).stream().mapToInt(Integer::intValue).sum() / seconds;
  }

  /// From when its first request, which shakes hands, was answered.
  private static int askKept(SSLContext tls, Service service, byte[] request, long nanos)
      throws IOException {
    int answered = 0;
    try (var gatekeeper = new Gatekeeper(tls, service.port())) {
      var _ = gatekeeper.verifies(request);
      for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
        answered += gatekeeper.verifies(request) ? 1 : 0;
      }
    }
    return answered;
  }

  private static int askNew(SSLContext tls, Service service, byte[] request, long nanos)
      throws IOException {
    int answered = 0;
    for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
      try (var gatekeeper = new Gatekeeper(tls, service.port())) {
        answered += gatekeeper.verifies(request) ? 1 : 0;
      }
    }
    return answered;
  }

  /// How a rush of Pods went.
  ///
  /// @param millis from the moment each Pod was due until its image was verified
  /// @param late answers that said to try again
  /// @param broken requests without an answer
  record Rush(Sample millis, int late, int broken) {}

  /// Pods that come evenly over `seconds`, each on a new connection to the next of the services,
  /// and again after one second, two, four and so on until its image is verified. By a program of
  /// its own, in Go as Gatekeeper, which leaves the processors to the services.
  ///
  /// @param bodies of requests, a line each
  /// @return empty if a Pod was given up, which that program says
  static Optional<Rush> rush(
      Desk desk, Path program, List<Service> services, Path bodies, int seconds)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                program.toString(),
                String.valueOf(seconds),
                desk.writeCa().toString(),
                bodies.toString()));
    services.forEach(service -> command.add(String.valueOf(service.port())));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var lines = process.inputReader().lines().toList();
    int exit = process.waitFor();
    if (exit == GIVEN_UP) {
      return Optional.empty();
    }
    if (exit != 0) {
      throw new IOException("expected Pods to come, got exit code " + exit + "; see above");
    }
    return Optional.of(
        new Rush(
            new Sample(lines.stream().skip(2).map(Double::valueOf).toList()),
            Integer.parseInt(lines.get(0)),
            Integer.parseInt(lines.get(1))));
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
