package dev.countersign.registry;

import java.util.Set;

/// To which hosts a connection may be made. Judged by the name as written, and by each address that
/// it has before a connection is made to just that address. Through a proxy only the name is
/// judged: resolution is the proxy's.
public sealed interface AddressRule {
  /// To all: somebody typed the name.
  record Any() implements AddressRule {}

  /// Strangers choose the names: not to loopback, link-local, unspecified, multicast and metadata
  /// addresses, in whatever spelling.
  ///
  /// @param loopback what holds for loopback addresses
  /// @param named hosts, each with its port where it is not the scheme's own, that the operator
  ///   named: they may lie anywhere but on a link-local address
  record Strangers(Loopback loopback, Set<String> named) implements AddressRule {
    public Strangers {
      named = Set.copyOf(named);
    }

    /// Loopback refused, nothing named.
    public Strangers() {
      this(Loopback.REFUSED, Set.of());
    }
  }

  /// What holds for loopback addresses.
  enum Loopback {
    /// No connection.
    REFUSED,
    /// As any other address.
    ALLOWED
  }
}
