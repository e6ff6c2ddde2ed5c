package dev.countersign.registry;

import dev.countersign.registry.ProxyRules.Proxy;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.HttpException;
import org.jspecify.annotations.Nullable;

/// Opens connections: to checked addresses only, through a proxy where there is one, with TLS where
/// the origin says so.
final class Dialer {
  /// An address that does not answer by then is not there.
  private static final long MAX_CONNECT_MILLIS = 5_000;

  private final TlsSource tls;
  private final Addresses addresses;
  private final Addresses proxies;
  private final Watchdog watchdog;
  private final ReentrantLock loading = new ReentrantLock();
  private @Nullable SSLContext context;

  Dialer(TlsSource tls, AddressRule rule, Resolver resolver, Watchdog watchdog) {
    this.tls = tls;
    this.addresses = new Addresses(rule, resolver);
    this.proxies = new Addresses(new AddressRule.Any(), resolver);
    this.watchdog = watchdog;
  }

  /// A connection along `route`.
  ///
  /// @throws SilenceException if there is no TLS session with its end by `handshake`
  Wire dial(Route route, Deadline handshake, Deadline deadline) throws IOException {
    var proxy = route.proxy();
    var socket =
        proxy == null
            ? connect(addresses, route.origin(), deadline)
            : connect(proxy, route.origin(), deadline);
    var guard = watchdog.guard(socket, deadline);
    try {
      return open(route, socket, handshake, deadline);
    } catch (IOException | RuntimeException e) {
      Watchdog.closeQuietly(socket);
      throw e;
    } finally {
      guard.end();
    }
  }

  private Wire open(Route route, Socket raw, Deadline handshake, Deadline deadline)
      throws IOException {
    var origin = route.origin();
    var proxy = route.proxy();
    var socket = raw;
    var kind = AddressKind.of(raw.getInetAddress());
    if (proxy != null) {
      var known = HostName.known(origin.host());
      kind = known.isEmpty() ? AddressKind.ORDINARY : AddressKind.of(known.getFirst());
      socket = reach(proxy, origin, raw, deadline);
    }
    if (origin.scheme() == Scheme.HTTPS) {
      socket = encryptBy(handshake, socket, origin, raw, deadline);
    }
    if (deadline.isOver()) {
      throw new ConnectException("deadline reached");
    }
    return new Wire(raw, socket, kind);
  }

  /// Makes the proxy's socket one that leads to `origin`.
  private Socket reach(Proxy proxy, Origin origin, Socket raw, Deadline deadline)
      throws RegistryException {
    try {
      var socket = proxy.origin().scheme() == Scheme.HTTPS ? encrypt(raw, proxy.origin()) : raw;
      return origin.scheme() == Scheme.HTTP ? socket : tunnel(proxy, origin, raw, socket);
    } catch (IOException | HttpException e) {
      throw Faults.ofProxy(proxy.origin(), e, deadline);
    }
  }

  private static Socket tunnel(Proxy proxy, Origin origin, Socket raw, Socket socket)
      throws IOException, HttpException {
    var host = origin.host().indexOf(':') >= 0 ? '[' + origin.host() + ']' : origin.host();
    var request = proxy.authorize(new Request("CONNECT", new Url(origin, "/")));
    // Not closed: the socket below it lives on.
    @SuppressWarnings("resource")
    int status =
        new Wire(raw, socket, AddressKind.ORDINARY).connect(request, host + ':' + origin.port());
    if (status < 200 || status > 299) {
      throw new RegistryException(
          Fault.UNREACHABLE, "CONNECT " + origin.authority() + ": the proxy answered " + status);
    }
    return socket;
  }

  private SSLSocket encryptBy(
      Deadline handshake, Socket socket, Origin origin, Socket raw, Deadline deadline)
      throws IOException {
    var guard = watchdog.guard(raw, handshake);
    try {
      return encrypt(socket, origin);
    } catch (IOException e) {
      throw handshake.isOver() && !deadline.isOver() ? new SilenceException() : e;
    } finally {
      guard.end();
    }
  }

  private SSLSocket encrypt(Socket socket, Origin origin) throws IOException {
    var factory = context().getSocketFactory();
    var secure = (SSLSocket) factory.createSocket(socket, origin.host(), origin.port(), true);
    var parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  private SSLContext context() throws IOException {
    loading.lock();
    try {
      var loaded = context;
      if (loaded == null) {
        loaded = tls.load();
        context = loaded;
      }
      return loaded;
    } catch (RegistryException e) {
      throw e;
    } catch (IOException e) {
      throw new RegistryException(Fault.TLS, "cannot speak TLS: " + e.getMessage(), e);
    } finally {
      loading.unlock();
    }
  }

  /// A connection to `proxy`, if `origin` may be named to it.
  private Socket connect(Proxy proxy, Origin origin, Deadline deadline) throws RegistryException {
    addresses.requireName(origin);
    try {
      return connect(proxies, proxy.origin(), deadline);
    } catch (IOException e) {
      throw Faults.ofProxy(proxy.origin(), e, deadline);
    }
  }

  private static Socket connect(Addresses addresses, Origin origin, Deadline deadline)
      throws IOException {
    return connect(addresses.find(origin, deadline), origin.port(), deadline);
  }

  /// The first address that answers; each has its share of the time that is left.
  private static Socket connect(List<InetAddress> addresses, int port, Deadline deadline)
      throws IOException {
    IOException last = new ConnectException("no address");
    for (int i = 0; i < addresses.size() && !deadline.isOver(); i++) {
      long millis = deadline.remaining().toMillis() / (addresses.size() - i);
      var socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(
            new InetSocketAddress(addresses.get(i), port),
            (int) Math.clamp(millis, 1, MAX_CONNECT_MILLIS));
        return socket;
      } catch (IOException e) {
        Watchdog.closeQuietly(socket);
        last = e;
      }
    }
    throw last;
  }

  /// A port did not speak TLS in the time it had for that.
  static final class SilenceException extends SSLException {
    private static final long serialVersionUID = 1L;

    SilenceException() {
      super("no answer in time");
    }
  }
}
