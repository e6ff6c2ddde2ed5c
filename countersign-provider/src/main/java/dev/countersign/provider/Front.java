package dev.countersign.provider;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// One open port that speaks HTTP/1.1, in the clear or over TLS 1.3.
///
/// Requests run on virtual threads. Idle connections are closed here: Gatekeeper up to 3.21 opens
/// one for each call and leaves it.
///
/// Bodies have a time (see [RequestBody#TIME]), headers have none: Jetty knows only the time
/// between two bytes. A client that dribbles its header so holds what an idle one holds that comes
/// back, one connection of [Limits#most] and at most [#MAX_HEADER_BYTES], but no thread and no slot
/// for a request. Who may reach the port is the network's to say.
final class Front implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int MONITOR_MILLIS = 500;
  private static final int MIN_THREADS = 8;
  private static final int MAX_THREADS = 16;
  private static final int IDLE_MILLIS = 60_000;

  private final org.eclipse.jetty.server.Server server;
  private final ServerConnector connector;
  private volatile boolean isEnding;

  /// How many connections there are, and how long.
  ///
  /// @param many from which on idle ones are closed soon
  /// @param most that are accepted; others wait in the system's queue
  /// @param idle how long one may rest
  /// @param idleOfMany how long when they are many; longer than any answer takes
  /// @param handshakes that begin at once
  /// @param patience how long one may wait for its handshake
  record Limits(
      int many, int most, Duration idle, Duration idleOfMany, int handshakes, Duration patience) {
    /// A fifth of this is what a connection holds, in its handshake and after.
    private static final int HEAP_PER_CONNECTION = 64 << 10;

    /// Those of a server whose answers take at most `deadline`.
    static Limits of(Duration deadline) {
      int most = Heap.count(HEAP_PER_CONNECTION, 4_096);
      return new Limits(
          most / 8,
          most,
          deadline.plus(Duration.ofSeconds(30)),
          deadline.plus(Duration.ofSeconds(1)),
          2 * Runtime.getRuntime().availableProcessors(),
          Duration.ofMillis(deadline.toMillis() / 2));
    }
  }

  private Front(
      InetSocketAddress listen, Handler handler, Limits limits, ConnectionFactory... protocols) {
    server = new org.eclipse.jetty.server.Server(threads());
    connector = new ServerConnector(server, 1, 1, protocols);
    connector.setHost(listen.getHostString());
    connector.setPort(listen.getPort());
    connector.setIdleTimeout(limits.idle.toMillis());
    connector.setAcceptQueueSize(1_024);
    server.addConnector(connector);
    server.addBean(limit(limits));
    server.addBean(monitor(limits));
    server.setErrorHandler(new ErrorPages());
    server.setHandler(new GracefulHandler(new Farewell(handler)));
    server.setStopTimeout(GRACE.toMillis());
  }

  /// Opens a port without TLS.
  ///
  /// @throws IOException if it is not to be had
  static Front open(InetSocketAddress listen, Handler handler) throws IOException {
    var http = new HttpConnectionFactory(configuration());
    return start(listen, new Front(listen, handler, Limits.of(Duration.ZERO), http));
  }

  /// Opens a port with TLS.
  ///
  /// @param turnedAway is told of each connection that is closed for want of time
  /// @throws IOException if it is not to be had
  static Front open(
      InetSocketAddress listen,
      SslContextFactory.Server tls,
      Handler handler,
      Limits limits,
      Runnable turnedAway)
      throws IOException {
    var http = new HttpConnectionFactory(configuration());
    var ssl =
        new TimelyTls(tls, http.getProtocol(), limits.handshakes, limits.patience, turnedAway);
    return start(listen, new Front(listen, handler, limits, ssl, http));
  }

  private NetworkConnectionLimit limit(Limits limits) {
    var limit = new NetworkConnectionLimit(limits.most, connector);
    limit.setEndPointIdleTimeout(limits.idleOfMany.toMillis());
    return limit;
  }

  /// Closes idle connections soon while they are many.
  private LowResourceMonitor monitor(Limits limits) {
    var monitor = new LowResourceMonitor(server);
    monitor.setMonitorThreads(false);
    // Without them its check counts none.
    monitor.setMonitoredConnectors(List.of(connector));
    monitor.addLowResourceCheck(monitor.new MaxConnectionsLowResourceCheck(limits.many));
    monitor.setLowResourcesIdleTimeout((int) limits.idleOfMany.toMillis());
    monitor.setPeriod(MONITOR_MILLIS);
    return monitor;
  }

  /// Lets each connection end with its next answer.
  void endConnections() {
    isEnding = true;
  }

  /// The port.
  int port() {
    return connector.getLocalPort();
  }

  /// Ends the requests that run, for some seconds, and closes the port.
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop", e);
    }
  }

  private static Front start(InetSocketAddress listen, Front front) throws IOException {
    try {
      front.server.start();
      return front;
    } catch (Exception e) {
      front.close();
      var cause = e.getCause() instanceof BindException ? e.getCause() : e;
      throw new IOException("cannot listen on " + text(listen) + ": " + cause.getMessage(), e);
    }
  }

  private static String text(InetSocketAddress listen) {
    return listen.getHostString() + ':' + listen.getPort();
  }

  /// With the JDK's queue: that of Jetty starts all of the JVM's management for the size of a line
  /// of the processor's cache.
  private static QueuedThreadPool threads() {
    var threads =
        new QueuedThreadPool(MAX_THREADS, MIN_THREADS, IDLE_MILLIS, new LinkedBlockingQueue<>());
    threads.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http").factory()));
    return threads;
  }

  private static HttpConfiguration configuration() {
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendXPoweredBy(false);
    configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
    var secure = new SecureRequestCustomizer();
    // The client judges whether the certificate has the name it asked for, not the server.
    secure.setSniHostCheck(false);
    configuration.addCustomizer(secure);
    return configuration;
  }

  /// Tells clients to come back on another connection, which leads to another server by then.
  private final class Farewell extends Handler.Wrapper {
    Farewell(Handler handler) {
      super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      if (isEnding) {
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
      }
      return super.handle(request, response, callback);
    }
  }
}
