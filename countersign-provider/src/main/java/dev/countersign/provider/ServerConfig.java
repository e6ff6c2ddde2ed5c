package dev.countersign.provider;

import dev.countersign.policy.Requirement;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/// How a [Server] is to serve.
///
/// @param listen where Gatekeeper asks, over TLS
/// @param adminListen where health and metrics are asked for, over plain HTTP
/// @param policies what an image must show, by the name of the policy; `default` judges keys that
///   name none
/// @param deadline the longest time to answer one request
public record ServerConfig(
    InetSocketAddress listen,
    InetSocketAddress adminListen,
    TlsFiles tls,
    Map<String, Requirement> policies,
    Duration deadline) {
  /// Shorter than a Provider's `timeout` of one second, the least that Gatekeeper knows.
  public static final Duration DEFAULT_DEADLINE = Duration.ofMillis(850);

  private static final Duration LONGEST_DEADLINE = Duration.ofSeconds(30);

  /// @throws IllegalArgumentException without a policy, or for a deadline that is not between zero
  ///   and 30 seconds
  public ServerConfig {
    policies = Map.copyOf(policies);
    if (policies.isEmpty()) {
      throw new IllegalArgumentException("a server needs a policy");
    }
    if (!deadline.isPositive() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
      throw new IllegalArgumentException("expected a deadline up to 30 s, got " + deadline);
    }
  }

  /// A server of one policy, `default`, on the contract's ports.
  public ServerConfig(TlsFiles tls, Requirement requirement) {
    this(
        new InetSocketAddress("0.0.0.0", 8090),
        new InetSocketAddress("0.0.0.0", 9090),
        tls,
        Map.of(ImageKey.DEFAULT_POLICY, requirement),
        DEFAULT_DEADLINE);
  }

  /// The same at other addresses; port 0 takes a free one.
  public ServerConfig withListen(InetSocketAddress newListen, InetSocketAddress newAdminListen) {
    return new ServerConfig(newListen, newAdminListen, tls, policies, deadline);
  }

  /// The same with other policies.
  public ServerConfig withPolicies(Map<String, Requirement> newPolicies) {
    return new ServerConfig(listen, adminListen, tls, newPolicies, deadline);
  }

  /// The same with another deadline.
  public ServerConfig withDeadline(Duration newDeadline) {
    return new ServerConfig(listen, adminListen, tls, policies, newDeadline);
  }
}
