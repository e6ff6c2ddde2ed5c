package dev.countersign.registry;

import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.util.Optional;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;

/// One exchange at a time with anybody: no redirects, no credentials of its own, no second try but
/// for a kept connection that turns out to be dead.
final class Http implements AutoCloseable {
  private final ProxyRules proxies;
  private final Watchdog watchdog = new Watchdog();
  private final Dialer dialer;
  private final ConnectionPool pool;
  private final RegistryListener listener;

  Http(Connections connections) {
    this(connections, Resolver.SYSTEM);
  }

  Http(Connections connections, Resolver resolver) {
    this(connections, resolver, RegistryListener.NONE);
  }

  Http(Connections connections, Resolver resolver, RegistryListener listener) {
    this.listener = listener;
    proxies = connections.proxies();
    dialer = new Dialer(connections.tls(), connections.addresses(), resolver, watchdog);
    pool = new ConnectionPool(connections.perHost());
  }

  /// The answer to `request`, whatever its status.
  Response send(Request request, Deadline deadline) throws RegistryException {
    return send(request, deadline, deadline);
  }

  /// The same; a new connection must speak TLS by `handshake`, where it is to.
  Response send(Request request, Deadline handshake, Deadline deadline) throws RegistryException {
    var host = request.url().origin().authority();
    try {
      var response = sendUnheard(request, handshake, deadline);
      var room = RegistryListener.RateLimit.of(response);
      listener.ended(host, new RegistryListener.End.Answered(response.status(), room));
      return response;
    } catch (RegistryException e) {
      listener.ended(host, new RegistryListener.End.Failed(e.fault()));
      throw e;
    }
  }

  private Response sendUnheard(Request request, Deadline handshake, Deadline deadline)
      throws RegistryException {
    var origin = request.url().origin();
    var route = new Route(origin, proxies.find(origin).orElse(null));
    try (var lease = pool.lease(route, deadline)) {
      var kept = sendOverKept(request, lease, route, deadline);
      return kept.isPresent()
          ? kept.get()
          : exchange(request, dialer.dial(route, handshake, deadline), lease, route, deadline);
    } catch (RegistryException e) {
      throw e;
    } catch (IOException | HttpException e) {
      throw Faults.of(request, e, deadline);
    }
  }

  @Override
  public void close() {
    pool.close();
    watchdog.close();
  }

  private Optional<Response> sendOverKept(
      Request request, ConnectionPool.Lease lease, Route route, Deadline deadline)
      throws IOException, HttpException {
    for (var wire = lease.take(); wire.isPresent(); wire = lease.take()) {
      if (!request.isRepeatable() && wire.get().isStale()) {
        wire.get().close();
        continue;
      }
      try {
        return Optional.of(exchange(request, wire.get(), lease, route, deadline));
      } catch (RegistryException | MessageConstraintException e) {
        throw e;
      } catch (IOException e) {
        if (wire.get().answered() || !request.isRepeatable() || deadline.isOver()) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  private Response exchange(
      Request request, Wire wire, ConnectionPool.Lease lease, Route route, Deadline deadline)
      throws IOException, HttpException {
    var guard = watchdog.guard(wire.raw(), deadline);
    try {
      if (wire.kind() == AddressKind.LINK_LOCAL && request.isConfidential()) {
        throw new RegistryException(
            Fault.UNAUTHORIZED, request + ": credentials are not sent to a link-local address");
      }
      return wire.exchange(forRoute(request, route), target(request, route));
    } finally {
      guard.end();
      lease.giveBack(wire);
    }
  }

  private static Request forRoute(Request request, Route route) {
    var proxy = route.proxy();
    return proxy != null && route.namesWholeUrl() ? proxy.authorize(request) : request;
  }

  private static String target(Request request, Route route) {
    var target = request.url().target();
    return route.namesWholeUrl() ? route.origin() + target : target;
  }
}
