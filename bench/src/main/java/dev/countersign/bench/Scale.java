package dev.countersign.bench;

import dev.countersign.bench.Bench.Row;
import dev.countersign.bench.Plot.Point;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a request costs when there is more of one thing, as plots.
final class Scale {
  private static final int REPEATS = 20;

  private final Programs programs;
  private final Path folder;
  private final Report report;

  Scale(Programs programs, Path folder, Report report) {
    this.programs = programs;
    this.folder = folder;
    this.report = report;
  }

  List<Row> rows() {
    return List.of(new Row("scale", this::run));
  }

  private void run() throws Exception {
    try (var registry = InProcessRegistry.start(InProcessOptions.DEFAULT.withMaxBytes(1L << 30))) {
      var images = new Images(registry);
      var desk = Desk.of(programs, folder, images.writeKey(folder));
      images.signMany("scale", 4_000);
      try (var service = desk.serve(Optional.empty());
          var gatekeeper = new Gatekeeper(desk.tls(), service.port())) {
        for (int i = 0; i < 1_000; i++) {
          var _ =
              gatekeeper.time(ProviderRows.batch(images, registry.hostAndPort(), "scale", i, 1));
        }
        signatures(images, registry, gatekeeper);
        imagesPerRequest(images, registry, gatekeeper);
        entries(images, registry, gatekeeper);
        clients(desk, service, ProviderRows.batch(images, registry.hostAndPort(), "scale", 0, 1));
      }
    }
  }

  private void signatures(Images images, InProcessRegistry registry, Gatekeeper gatekeeper)
      throws Exception {
    var points = new ArrayList<Point>();
    try (var remote = new RemoteRegistry(RegistryOptions.DEFAULT)) {
      for (int count : List.of(1, 2, 4, 8, 16, 32)) {
        var times = new ArrayList<Double>();
        for (int i = 0; i < REPEATS; i++) {
          var rest = images.sign(remote, "signatures/" + count + '/' + i, count);
          times.add(
              gatekeeper.time(Gatekeeper.request(List.of(registry.hostAndPort() + '/' + rest))));
        }
        points.add(new Point(count, new Sample(times).median()));
      }
    }
    report.plot("signatures", new Plot("A fresh image", "signatures on it", "ms", points));
  }

  private void imagesPerRequest(Images images, InProcessRegistry registry, Gatekeeper gatekeeper)
      throws Exception {
    var points = new ArrayList<Point>();
    int next = 1_000;
    for (int count : List.of(1, 2, 5, 10, 20, 40)) {
      var times = new ArrayList<Double>();
      for (int i = 0; i < REPEATS; i++, next += count) {
        times.add(
            gatekeeper.time(
                ProviderRows.batch(images, registry.hostAndPort(), "scale", next, count)));
      }
      points.add(new Point(count, new Sample(times).median()));
    }
    report.plot("images", new Plot("A request of fresh images", "images in it", "ms", points));
  }

  private void entries(Images images, InProcessRegistry registry, Gatekeeper gatekeeper)
      throws Exception {
    var known = ProviderRows.batch(images, registry.hostAndPort(), "scale", 0, 1);
    var points = new ArrayList<Point>();
    for (int entries = 2_600; entries <= 4_000; entries += 350) {
      for (int i = entries - 350; i < entries; i++) {
        var _ = gatekeeper.time(ProviderRows.batch(images, registry.hostAndPort(), "scale", i, 1));
      }
      var times = new ArrayList<Double>();
      for (int i = 0; i < 500; i++) {
        times.add(gatekeeper.time(known));
      }
      points.add(new Point(entries, new Sample(times).median()));
    }
    report.plot("entries", new Plot("A remembered image", "images remembered", "ms", points));
  }

  private void clients(Desk desk, Service service, byte[] request) throws Exception {
    var points = new ArrayList<Point>();
    for (int clients : IntStream.of(1, 2, 4, 8, 16, 32, 64, 128, 200).toArray()) {
      points.add(
          new Point(
              clients,
              Load.requestsPerSecond(desk, service, request, clients, Load.Connections.KEPT, 2)));
    }
    report.plot(
        "clients", new Plot("A remembered image", "clients at once", "answers a second", points));
  }
}
