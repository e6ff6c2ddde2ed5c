package dev.countersign.registry;

import dev.countersign.registry.RegistryException.Fault;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Connections that rest between exchanges, and the bound on how many exchanges a host has at once.
/// A host is forgotten when nobody uses it and none of its connections rests.
final class ConnectionPool implements AutoCloseable {
  private static final int MAX_IDLE_PER_HOST = 10;
  private static final int MAX_IDLE = 256;
  private static final long MAX_IDLE_NANOS = Duration.ofSeconds(30).toNanos();

  private final int perHost;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Host> hosts = new HashMap<>();
  private int idleCount;
  private boolean closed;

  ConnectionPool(int perHost) {
    this.perHost = perHost;
  }

  /// A place among the exchanges of `route`, once one is free.
  Lease lease(Route route, Deadline deadline) throws RegistryException {
    var host = enter(route);
    try {
      if (host.permits.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        return new Lease(route, host);
      }
      throw new RegistryException(
          Fault.LATE, route.origin() + ": deadline reached, waiting for a free connection");
    } catch (InterruptedException e) {
      leave(route, host);
      Thread.currentThread().interrupt();
      throw new RegistryException(Fault.LATE, route.origin() + ": interrupted", e);
    } catch (RegistryException e) {
      leave(route, host);
      throw e;
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      hosts.values().forEach(host -> host.idle.forEach(Wire::close));
      hosts.clear();
    } finally {
      lock.unlock();
    }
  }

  private Host enter(Route route) {
    lock.lock();
    try {
      var host = hosts.computeIfAbsent(route.key(), r -> new Host(new Semaphore(perHost, true)));
      host.users++;
      return host;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Route route, Host host) {
    lock.lock();
    try {
      host.users--;
      forget(route, host);
    } finally {
      lock.unlock();
    }
  }

  private void forget(Route route, Host host) {
    if (host.users == 0 && host.idle.isEmpty()) {
      hosts.remove(route.key(), host);
    }
  }

  private Optional<Wire> take(Host host) {
    lock.lock();
    try {
      dropOld(host);
      var wire = host.idle.pollLast();
      if (wire != null) {
        idleCount--;
      }
      return Optional.ofNullable(wire);
    } finally {
      lock.unlock();
    }
  }

  private void keep(Host host, Wire wire) {
    lock.lock();
    try {
      if (idleCount >= MAX_IDLE) {
        hosts.values().forEach(this::dropOld);
        hosts.values().removeIf(h -> h.users == 0 && h.idle.isEmpty());
      }
      if (closed || idleCount >= MAX_IDLE || host.idle.size() >= MAX_IDLE_PER_HOST) {
        wire.close();
        return;
      }
      wire.rest(System.nanoTime());
      host.idle.addLast(wire);
      idleCount++;
    } finally {
      lock.unlock();
    }
  }

  private void dropOld(Host host) {
    long now = System.nanoTime();
    while (!host.idle.isEmpty() && now - host.idle.getFirst().idleSince() > MAX_IDLE_NANOS) {
      host.idle.removeFirst().close();
      idleCount--;
    }
  }

  /// What is known of one route; guarded by the lock, but for the permits.
  private static final class Host {
    private final Semaphore permits;
    private final ArrayDeque<Wire> idle = new ArrayDeque<>();
    private int users;

    Host(Semaphore permits) {
      this.permits = permits;
    }
  }

  /// One place among the exchanges of a route.
  final class Lease implements AutoCloseable {
    private final Route route;
    private final Host host;

    private Lease(Route route, Host host) {
      this.route = route;
      this.host = host;
    }

    /// A connection that rested, if there is one.
    Optional<Wire> take() {
      return ConnectionPool.this.take(host);
    }

    /// Gives a connection back: to rest if it can, else to end.
    void giveBack(Wire wire) {
      if (wire.isReusable()) {
        keep(host, wire);
      } else {
        wire.close();
      }
    }

    @Override
    public void close() {
      host.permits.release();
      leave(route, host);
    }
  }
}
