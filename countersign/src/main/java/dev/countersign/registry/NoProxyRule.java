package dev.countersign.registry;

import java.net.InetAddress;
import java.util.Optional;

/// One entry of `NO_PROXY`.
sealed interface NoProxyRule {
  boolean matches(Origin origin);

  /// The rule that `entry`, in lower case, stands for; empty if it says nothing.
  static Optional<NoProxyRule> parse(String entry) {
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    if (entry.equals("*")) {
      return Optional.of(new All());
    }
    int slash = entry.indexOf('/');
    if (slash >= 0) {
      return network(entry.substring(0, slash), entry.substring(slash + 1));
    }
    int colon = entry.lastIndexOf(':');
    boolean hasPort = (colon >= 0 && entry.indexOf(':') == colon) || entry.contains("]:");
    int port = hasPort ? number(entry.substring(colon + 1)) : 0;
    return port < 0 ? Optional.empty() : name(hasPort ? entry.substring(0, colon) : entry, port);
  }

  /// `*`.
  record All() implements NoProxyRule {
    @Override
    public boolean matches(Origin origin) {
      return true;
    }
  }

  /// `10.0.0.0/8`, or one address.
  ///
  /// @param port 0 for any
  record Network(InetAddress address, int bits, int port) implements NoProxyRule {
    @Override
    public boolean matches(Origin origin) {
      return (port == 0 || port == origin.port())
          && HostName.literal(origin.host()).filter(this::contains).isPresent();
    }

    private boolean contains(InetAddress other) {
      var mine = address.getAddress();
      var theirs = other.getAddress();
      if (mine.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        if ((((mine[bit / 8] ^ theirs[bit / 8]) >> (7 - bit % 8)) & 1) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /// `example.com` (it and all under it), or `.example.com` and `*.example.com` (all under it).
  ///
  /// @param suffix with its leading dot
  /// @param port 0 for any
  record Domain(String suffix, Itself itself, int port) implements NoProxyRule {
    @Override
    public boolean matches(Origin origin) {
      boolean same = itself == Itself.INCLUDED && origin.host().equals(suffix.substring(1));
      return (port == 0 || port == origin.port()) && (same || origin.host().endsWith(suffix));
    }
  }

  /// Whether a domain itself is meant, or only what lies under it.
  enum Itself {
    INCLUDED,
    EXCLUDED
  }

  private static Optional<NoProxyRule> name(String host, int port) {
    var bare = Origin.withoutBrackets(host);
    if (bare.isEmpty()) {
      return Optional.empty();
    }
    var address = HostName.literal(bare);
    if (address.isPresent()) {
      int bits = address.get().getAddress().length * 8;
      return Optional.of(new Network(address.get(), bits, port));
    }
    var domain = bare.startsWith("*.") ? bare.substring(1) : bare;
    return Optional.of(
        domain.startsWith(".")
            ? new Domain(domain, Itself.EXCLUDED, port)
            : new Domain('.' + domain, Itself.INCLUDED, port));
  }

  private static Optional<NoProxyRule> network(String address, String length) {
    int bits = number(length);
    return HostName.literal(address)
        .filter(a -> bits >= 0 && bits <= a.getAddress().length * 8)
        .map(a -> new Network(a, bits, 0));
  }

  private static int number(String text) {
    try {
      return text.length() > 5 ? -1 : Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
