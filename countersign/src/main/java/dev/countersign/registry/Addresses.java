package dev.countersign.registry;

import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The addresses of hosts that the rule lets through.
final class Addresses {
  private static final int MAX_LOOKUPS = 32;
  private static final Set<String> METADATA_NAMES =
      Set.of("metadata", "metadata.google.internal", "metadata.goog", "instance-data");

  private final AddressRule rule;
  private final Resolver resolver;
  private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);

  Addresses(AddressRule rule, Resolver resolver) {
    this.rule = rule;
    this.resolver = resolver;
  }

  /// The addresses of `origin` to which a connection may be made, at least one. They come from one
  /// look-up: a second one may be answered otherwise.
  List<InetAddress> find(Origin origin, Deadline deadline) throws IOException {
    requireName(origin);
    var all = resolve(origin.host(), deadline);
    var allowed = all.stream().filter(a -> allows(origin, AddressKind.of(a))).toList();
    if (allowed.isEmpty()) {
      throw notAllowed(origin);
    }
    return allowed;
  }

  /// Judges the name alone, for a proxy that resolves it.
  void requireName(Origin origin) throws RegistryException {
    boolean special =
        METADATA_NAMES.contains(origin.host()) && !allows(origin, AddressKind.SPECIAL);
    var known = HostName.known(origin.host());
    boolean allowed = known.stream().allMatch(a -> allows(origin, AddressKind.of(a)));
    boolean unreadable = known.isEmpty() && HostName.isNumeric(origin.host());
    if (special || !allowed || (unreadable && rule instanceof AddressRule.Strangers)) {
      throw notAllowed(origin);
    }
  }

  private boolean allows(Origin origin, AddressKind kind) {
    return switch (rule) {
      case AddressRule.Any any -> true;
      case AddressRule.Strangers strangers ->
          switch (kind) {
            case ORDINARY -> true;
            case LINK_LOCAL -> false;
            case SPECIAL -> strangers.named().contains(origin.authority());
            case LOOPBACK ->
                strangers.loopback() == Loopback.ALLOWED
                    || strangers.named().contains(origin.authority());
          };
    };
  }

  private static RegistryException notAllowed(Origin origin) {
    return new RegistryException(
        Fault.ADDRESS_NOT_ALLOWED, "address not allowed: " + origin.authority());
  }

  /// The JDK's look-up knows no deadline, so a thread that is left behind does it.
  private List<InetAddress> resolve(String host, Deadline deadline) throws IOException {
    var known = HostName.known(host);
    if (!known.isEmpty()) {
      return known;
    }
    try {
      if (!lookups.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      var task = new FutureTask<>(() -> lookUp(host));
      Thread.ofPlatform().daemon().name("registry-lookup").start(task);
      return task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RegistryException(Fault.LATE, "look-up of " + host + ": deadline reached", e);
    } catch (ExecutionException e) {
      throw new UnknownHostException(host + ": no such host");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Fault.LATE, "look-up of " + host + ": interrupted", e);
    }
  }

  private List<InetAddress> lookUp(String host) throws UnknownHostException {
    try {
      return resolver.resolve(host);
    } finally {
      lookups.release();
    }
  }
}
