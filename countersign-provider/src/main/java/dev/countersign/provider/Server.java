package dev.countersign.provider;

import dev.countersign.access.Environment;
import dev.countersign.format.FormatException;
import dev.countersign.registry.AddressRule;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.Circuits;
import dev.countersign.registry.PlainHttp;
import dev.countersign.registry.RegistryOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gatekeeper's external data provider, serving.
public final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("countersign.provider");

  /// Some of these may hang on an image that never comes.
  private static final int EXCHANGES_PER_REGISTRY = 64;

  /// How often files are read again. A mounted Secret itself takes the kubelet a minute.
  private static final Duration REFRESH = Duration.ofSeconds(1);

  private final NamedRegistries registries;
  private final Front admin;
  private final Front provider;
  private final Configuration configuration;
  private final AtomicReference<State> state;
  private final ScheduledExecutorService refreshing =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("refresh").factory());
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Server(
      NamedRegistries registries,
      Front admin,
      Front provider,
      Configuration configuration,
      AtomicReference<State> state) {
    this.registries = registries;
    this.admin = admin;
    this.provider = provider;
    this.configuration = configuration;
    this.state = state;
  }

  /// Opens the admin port, warms up, and opens the provider's port.
  ///
  /// @param options how registries are reached; but strangers choose their names, so loopback,
  ///   link-local and other special addresses are refused, and plain HTTP is spoken to loopback
  ///   only
  /// @param loopback whether registries on loopback may be asked
  /// @throws IOException in one line: if a file cannot be read or a port is not to be had
  /// @throws FormatException in one line: if a file holds something else than it should
  public static Server start(ServerConfig config, RegistryOptions options, Loopback loopback)
      throws IOException, FormatException {
    var metrics = new Metrics();
    var configuration = Configuration.load(config, metrics);
    var state = new AtomicReference<>(State.STARTING);
    var circuits = Circuits.ofService();
    metrics.watch(circuits);
    var registries =
        new NamedRegistries(
            forStrangers(options, loopback)
                .withListener(metrics.registries())
                .withCircuits(circuits),
            options.connections().tls(),
            new Environment(System.getenv()),
            configuration.policies(),
            configuration.registryTls());
    var decisions = new DecisionRing();
    var admin =
        Front.open(
            config.adminListen(),
            new AdminHandler(
                state::get, configuration::problems, metrics, decisions, configuration.token()));
    try {
      Warmup.run(config, configuration.tls().get().pair());
      var answering =
          Provider.of(
              config,
              configuration.policies(),
              registries,
              metrics,
              DecisionLog.standard().and(decisions));
      var provider =
          Front.open(
              config.listen(),
              configuration.tlsFactory(),
              new ProviderHandler(answering, metrics),
              Front.Limits.of(config.deadline()),
              () -> metrics.shed("connection"));
      var server = new Server(registries, admin, provider, configuration, state);
      server.beginRefreshing();
      state.set(State.READY);
      LOG.info("ready on port {}, admin on port {}", provider.port(), admin.port());
      return server;
    } catch (IOException | RuntimeException e) {
      admin.close();
      registries.close();
      throw e;
    }
  }

  private void beginRefreshing() {
    var _ =
        refreshing.scheduleWithFixedDelay(
            configuration::refresh, REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Reads the files of policies, keys and certificates again, as happens by itself every few
  /// seconds.
  void refresh() {
    configuration.refresh();
  }

  /// The system's certificates are read now, so that a file that is none stops the start, not an
  /// image.
  private static RegistryOptions forStrangers(RegistryOptions options, Loopback loopback)
      throws IOException {
    var tls = options.connections().tls().load();
    return options.withConnections(
        options
            .connections()
            .withTls(() -> tls)
            .withAddresses(new AddressRule.Strangers(loopback, Set.of()))
            .withPlainHttp(PlainHttp.LOOPBACK_ONLY)
            .withPerHost(EXCHANGES_PER_REGISTRY));
  }

  /// The port that Gatekeeper asks.
  public int port() {
    return provider.port();
  }

  /// The port of health and metrics.
  public int adminPort() {
    return admin.port();
  }

  /// Waits until the server was closed.
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /// Says that it is not ready any more, and answers on for `time`: so long may those who ask take
  /// to hear of it. Each connection ends with its next answer. Returns sooner if it is closed.
  public void drain(Duration time) throws InterruptedException {
    if (state.compareAndSet(State.READY, State.DRAINING)) {
      LOG.info("answering for {} more seconds, then stopping", time.toSeconds());
      provider.endConnections();
      var _ = stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /// Ends the requests that run, for some seconds, answers 503 to others meanwhile, and closes both
  /// ports.
  @Override
  public void close() {
    if (state.getAndSet(State.STOPPING) == State.STOPPING) {
      return;
    }
    refreshing.shutdownNow();
    try {
      provider.close();
    } finally {
      admin.close();
      registries.close();
      stopped.countDown();
    }
  }
}
