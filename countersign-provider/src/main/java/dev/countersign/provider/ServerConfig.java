package dev.countersign.provider;

import dev.countersign.policy.Requirement;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How a [Server] is to serve.
///
/// @param listen where Gatekeeper asks, over TLS
/// @param adminListen where health and metrics are asked for, over plain HTTP
/// @param policies what an image must show; asked again while the server runs
/// @param deadline the longest time to answer one request
/// @param adminToken file with what opens the records of decisions to callers from other machines
/// @param denials how much those who are denied are told
/// @param registryTls by which TLS with registries is spoken
public record ServerConfig(
    InetSocketAddress listen,
    InetSocketAddress adminListen,
    TlsFiles tls,
    PolicySource policies,
    Duration deadline,
    Optional<Path> adminToken,
    Denials denials,
    RegistryTlsFiles registryTls) {
  /// Shorter than a Provider's `timeout` of one second, the least that Gatekeeper knows.
  public static final Duration DEFAULT_DEADLINE = Duration.ofMillis(850);

  private static final Duration LONGEST_DEADLINE = Duration.ofSeconds(30);

  /// @throws IllegalArgumentException for a deadline that is not between zero and 30 seconds
  public ServerConfig {
    if (!deadline.isPositive() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
      throw new IllegalArgumentException("expected a deadline up to 30 s, got " + deadline);
    }
  }

  /// A server on the contract's ports.
  public ServerConfig(TlsFiles tls, PolicySource policies) {
    this(
        new InetSocketAddress("0.0.0.0", 8090),
        new InetSocketAddress("0.0.0.0", 9090),
        tls,
        policies,
        DEFAULT_DEADLINE,
        Optional.empty(),
        Denials.FULL,
        RegistryTlsFiles.NONE);
  }

  /// A server of one policy, `default`, that never changes, on the contract's ports.
  public ServerConfig(TlsFiles tls, Requirement requirement) {
    this(tls, () -> Policies.of(requirement));
  }

  /// The same at other addresses; port 0 takes a free one.
  public ServerConfig withListen(InetSocketAddress newListen, InetSocketAddress newAdminListen) {
    return new ServerConfig(
        newListen, newAdminListen, tls, policies, deadline, adminToken, denials, registryTls);
  }

  /// The same with other policies.
  public ServerConfig withPolicies(PolicySource newPolicies) {
    return new ServerConfig(
        listen, adminListen, tls, newPolicies, deadline, adminToken, denials, registryTls);
  }

  /// The same with another deadline.
  public ServerConfig withDeadline(Duration newDeadline) {
    return new ServerConfig(
        listen, adminListen, tls, policies, newDeadline, adminToken, denials, registryTls);
  }

  /// The same with a file of a token.
  public ServerConfig withAdminToken(Path file) {
    return new ServerConfig(
        listen, adminListen, tls, policies, deadline, Optional.of(file), denials, registryTls);
  }

  /// The same with denials that tell more or less.
  public ServerConfig withDenials(Denials newDenials) {
    return new ServerConfig(
        listen, adminListen, tls, policies, deadline, adminToken, newDenials, registryTls);
  }

  /// The same with other files for TLS with registries.
  public ServerConfig withRegistryTls(RegistryTlsFiles newRegistryTls) {
    return new ServerConfig(
        listen, adminListen, tls, policies, deadline, adminToken, denials, newRegistryTls);
  }
}
