package dev.countersign.bench;

import dev.countersign.bench.Bench.Row;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// The provider, started as it is shipped, asked as Gatekeeper asks.
final class ProviderRows {
  private static final int MILLIS_A_REQUEST = 20;
  private static final int ROUND_TRIPS = 3;
  private static final int WARM_UP = 1_000;
  private static final int FRESH = 500;
  private static final int PODS = 10_000;
  private static final int KNOWN = 200;
  private static final long STORE = 1L << 30;

  private final Programs programs;
  private final Path folder;
  private final Report report;

  ProviderRows(Programs programs, Path folder, Report report) {
    this.programs = programs;
    this.folder = folder;
    this.report = report;
  }

  List<Row> rows() {
    return List.of(
        row("fresh", this::fresh),
        row("far", this::far),
        row("remembered", this::remembered),
        row("crowd", this::crowd),
        row("small", this::small),
        row("three", this::three));
  }

  private Row row(String name, Measurement measurement) {
    return new Row(
        "provider." + name,
        () -> {
          try (var registry =
              InProcessRegistry.start(InProcessOptions.DEFAULT.withMaxBytes(STORE))) {
            var images = new Images(registry);
            measurement.take(Desk.of(programs, folder, images.writeKey(folder)), images, registry);
          }
        });
  }

  private interface Measurement {
    void take(Desk desk, Images images, InProcessRegistry registry) throws Exception;
  }

  private static List<byte[]> requests(
      Images images, String host, String prefix, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> Gatekeeper.request(List.of(images.reference(host, prefix, i))))
        .toList();
  }

  /// Images never asked for before, without latency: what a verification costs.
  private void fresh(Desk desk, Images images, InProcessRegistry registry) throws Exception {
    images.signMany("fresh", WARM_UP + FRESH);
    try (var near = new LatencyProxy(registry.port(), Duration.ZERO)) {
      fresh(desk, images, near.hostAndPort());
    }
  }

  private void fresh(Desk desk, Images images, String host) throws Exception {
    var warm = requests(images, host, "fresh", 0, WARM_UP);
    var measured = requests(images, host, "fresh", WARM_UP, FRESH);
    double ours;
    try (var service = desk.serve(Optional.empty())) {
      ours = cpuEach(desk, service, warm, measured);
    }
    var rival = desk.goProvider();
    var value = String.format(Locale.ROOT, "%.2f ms", ours);
    if (rival.isEmpty()) {
      report.figure("provider, processor time of a fresh verification", value, "≤ 1.2 ms");
      return;
    }
    try (var service = rival.get()) {
      report.atMost(
          "provider, processor time of a fresh verification",
          "ms",
          new Sample(List.of(ours)),
          "Go, on cosign's library",
          new Sample(List.of(cpuEach(desk, service, warm, measured))),
          2.0);
    }
  }

  private static double cpuEach(
      Desk desk, Service service, List<byte[]> warm, List<byte[]> measured) throws IOException {
    try (var gatekeeper = new Gatekeeper(desk.tls(), service.port())) {
      for (var request : warm) {
        var _ = gatekeeper.time(request);
      }
      double before = service.cpuMillis();
      for (var request : measured) {
        var _ = gatekeeper.time(request);
      }
      return (service.cpuMillis() - before) / measured.size();
    }
  }

  /// Images never asked for before, each registry request 20 ms late: how long the chain is.
  private void far(Desk desk, Images images, InProcessRegistry registry) throws Exception {
    images.signMany("fresh", 500);
    images.signMany("far", 360);
    try (var proxy = new LatencyProxy(registry.port(), Duration.ofMillis(MILLIS_A_REQUEST));
        var service = desk.serve(Optional.empty());
        var gatekeeper = new Gatekeeper(desk.tls(), service.port())) {
      for (var request : requests(images, registry.hostAndPort(), "fresh", 0, 500)) {
        var _ = gatekeeper.time(request);
      }
      var ones = new ArrayList<Double>();
      for (var request : requests(images, proxy.hostAndPort(), "far", 0, 60)) {
        ones.add(gatekeeper.time(request));
      }
      var twenties = new ArrayList<Double>();
      for (int i = 60; i < 360; i += 20) {
        twenties.add(gatekeeper.time(batch(images, proxy.hostAndPort(), "far", i, 20)));
      }
      chain("provider, one fresh image, 20 ms a request", ones);
      chain("provider, 20 fresh images, 20 ms a request", twenties);
    }
  }

  static byte[] batch(Images images, String host, String prefix, int from, int count) {
    return Gatekeeper.request(
        IntStream.range(from, from + count)
            .mapToObj(i -> images.reference(host, prefix, i))
            .toList());
  }

  private void chain(String what, List<Double> millis) throws IOException {
    var floor = millis.stream().map(_ -> (double) ROUND_TRIPS * MILLIS_A_REQUEST).toList();
    report.atMost(what, "ms", new Sample(millis), "three round trips", new Sample(floor), 1.25);
  }

  /// A known image, as fast as it goes, beside the same server with nothing behind it.
  private void remembered(Desk desk, Images images, InProcessRegistry registry) throws Exception {
    images.signMany("known", 1);
    var request = requests(images, registry.hostAndPort(), "known", 0, 1).getFirst();
    try (var service = desk.serve(Optional.empty());
        var echo = desk.echo()) {
      for (var connections : Load.Connections.values()) {
        var ours = new ArrayList<Double>();
        var theirs = new ArrayList<Double>();
        for (int i = -1; i < 5; i++) {
          double our = Load.requestsPerSecond(desk, service, request, 4, connections, 2);
          double their = Load.requestsPerSecond(desk, echo, request, 4, connections, 2);
          if (i >= 0) {
            ours.add(our);
            theirs.add(their);
          }
        }
        var how =
            switch (connections) {
              case KEPT -> "kept connections";
              case NEW -> "a new connection each";
            };
        report.atLeast(
            "provider, remembered, " + how,
            "/s",
            new Sample(ours),
            "bare server",
            new Sample(theirs),
            0.7);
      }
    }
  }

  /// Resident memory while 200 clients ask at once.
  private void crowd(Desk desk, Images images, InProcessRegistry registry) throws Exception {
    images.signMany("known", 1);
    var known = batch(images, registry.hostAndPort(), "known", 0, 1);
    try (var group = ControlGroup.of("countersign-bench-crowd", 2, 192);
        var service = desk.serve(Optional.of(group));
        var echo = desk.echo()) {
      var _ = Load.requestsPerSecond(desk, service, known, 4, Load.Connections.NEW, 5);
      var _ = Load.requestsPerSecond(desk, service, known, 200, Load.Connections.KEPT, 10);
      var _ = Load.requestsPerSecond(desk, echo, known, 200, Load.Connections.KEPT, 10);
      report.figure(
          "provider, peak resident memory, 192 MiB, 200 clients",
          String.format(
              Locale.ROOT, "%.0f MiB, bare server %.0f MiB", service.peakMib(), echo.peakMib()),
          "≤ 128 MiB");
    }
  }

  /// With half a processor and 192 MiB: start, first answer, and a rush of Pods.
  private void small(Desk desk, Images images, InProcessRegistry registry) throws Exception {
    replicas(1, desk, images, registry);
  }

  /// The same with three replicas in turn, which have answered nothing before.
  private void three(Desk desk, Images images, InProcessRegistry registry) throws Exception {
    replicas(3, desk, images, registry);
  }

  private void replicas(int count, Desk desk, Images images, InProcessRegistry registry)
      throws Exception {
    var who = "provider, " + count + " × half a processor and 192 MiB: ";
    var rush = programs.rush();
    if (rush.isEmpty()) {
      report.figure(who, "not run: no bench/go-provider/build here", "");
      return;
    }
    images.signMany("known", KNOWN);
    var bodies = folder.resolve("bodies");
    Files.write(
        bodies,
        IntStream.range(0, PODS)
            .mapToObj(i -> images.reference(registry.hostAndPort(), "known", i % KNOWN))
            .map(image -> Gatekeeper.body(List.of(image)))
            .toList());
    var groups = new ArrayList<ControlGroup>();
    var services = new ArrayList<Service>();
    try {
      for (int i = 0; i < count; i++) {
        groups.add(ControlGroup.of("countersign-bench-" + i, 0.5, 192));
      }
    } catch (IOException e) {
      report.figure(who, "not run: no control groups here", "");
      return;
    }
    try {
      for (var group : groups) {
        services.add(desk.serve(Optional.of(group)));
        report.figure(who + "start to ready", seconds(services.getLast().readyMillis()), "≤ 3 s");
      }
      if (count == 1) {
        firstAnswer(
            desk, services.getFirst(), requests(images, registry.hostAndPort(), "known", 0, KNOWN));
      }
      for (var when : List.of("just started", "then")) {
        registry.forgetRequests();
        var went = Load.rush(desk, rush.get(), services, bodies, 60);
        double peak = peak(services);
        report.figure(
            who + "10,000 Pods of 200 images in 60 s, " + when,
            went.map(rushed -> text(rushed, registry.requests().size(), peak))
                .orElse("a Pod got no answer in 8 tries"),
            "p99 ≤ 50 ms; 0 for known digests");
      }
    } finally {
      for (var service : services) {
        service.close();
      }
      for (var group : groups) {
        group.close();
      }
    }
  }

  private static String seconds(double millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1_000);
  }

  private static double peak(List<Service> services) throws IOException {
    double peak = 0;
    for (var service : services) {
      peak = Math.max(peak, service.peakMib());
    }
    return peak;
  }

  private static String text(Load.Rush rush, int registryRequests, double peakMib) {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p99 %.1f ms, greatest %.1f s, late %d, broken %d, registry requests %d, peak"
            + " %.0f MiB",
        rush.millis().median(),
        rush.millis().quantile(0.99),
        rush.millis().quantile(1) / 1_000,
        rush.late(),
        rush.broken(),
        registryRequests,
        peakMib);
  }

  private void firstAnswer(Desk desk, Service service, List<byte[]> requests) throws Exception {
    var times = new ArrayList<Double>();
    for (var request : requests) {
      try (var gatekeeper = new Gatekeeper(desk.tls(), service.port())) {
        times.add(gatekeeper.time(request));
      }
    }
    double steady = new Sample(times.subList(KNOWN / 2, KNOWN)).median();
    report.figure(
        "the same: first answer, and the steady median of fresh images",
        String.format(Locale.ROOT, "%.0f ms, %.0f ms", times.getFirst(), steady),
        "≤ 2×");
  }
}
