package dev.countersign.cli.interop;

import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/// The registries that the tests of one class share, each started when it is first asked for.
final class Sites implements AutoCloseable {
  private final Path folder;
  private final FakeCa ca = FakeCa.create();
  private final Map<Kind, Site> sites = new EnumMap<>(Kind.class);
  private final Deque<Runnable> running = new ArrayDeque<>();

  Sites(Path folder) {
    this.folder = folder;
  }

  /// The kinds of registry.
  enum Kind {
    /// Debian's `docker-registry`, without referrers API.
    DOCKER_REGISTRY,
    /// The testkit's by the specification, over HTTPS (on plain HTTP each run of a cosign first
    /// waits 300 ms for a TLS handshake).
    IN_PROCESS,
    /// The same without referrers API.
    IN_PROCESS_WITHOUT_REFERRERS;

    @Override
    public String toString() {
      return switch (this) {
        case DOCKER_REGISTRY -> "docker-registry";
        case IN_PROCESS -> "in-process registry";
        case IN_PROCESS_WITHOUT_REFERRERS -> "in-process registry without referrers";
      };
    }
  }

  /// A desk in a new folder, where the certificates of these registries are believed.
  Desk desk() throws IOException {
    var file = Files.writeString(folder.resolve("ca.pem"), ca.certificatePem());
    var desk = Desk.at(Files.createTempDirectory(folder, "desk"));
    return desk.with("SSL_CERT_FILE", file.toString());
  }

  /// The registry of a kind; the calling test ends as not run where its program is missing.
  Site at(Kind kind) throws Exception {
    var known = sites.get(kind);
    if (known != null) {
      return known;
    }
    var site = start(kind);
    sites.put(kind, site);
    return site;
  }

  private Site start(Kind kind) throws Exception {
    return switch (kind) {
      case DOCKER_REGISTRY -> {
        var registry = DockerRegistry.start(Files.createDirectories(folder.resolve("registry")));
        running.push(registry::close);
        yield new Site(URI.create("http://" + registry.host() + "/"), Identity.clientContext(ca));
      }
      case IN_PROCESS -> start(InProcessOptions.DEFAULT);
      case IN_PROCESS_WITHOUT_REFERRERS ->
          start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_REFERRERS_API));
    };
  }

  private Site start(InProcessOptions options) throws Exception {
    var registry = InProcessRegistry.start(options.withHttps(ca));
    running.push(registry::close);
    return new Site(registry.uri(), Identity.clientContext(ca));
  }

  @Override
  public void close() {
    running.forEach(Runnable::run);
  }
}
