package dev.countersign.registry;

/// How connections are made.
///
/// @param perHost the most exchanges with one host and port at the same time; others wait
public record Connections(
    TlsSource tls, ProxyRules proxies, PlainHttp plainHttp, AddressRule addresses, int perHost) {
  /// The runtime's certificates, no proxy, plain HTTP to loopback only, any address, 16 exchanges.
  public static final Connections DEFAULT =
      new Connections(
          TlsSource.PLATFORM, ProxyRules.NONE, PlainHttp.LOOPBACK_ONLY, new AddressRule.Any(), 16);

  public Connections {
    if (perHost < 1) {
      throw new IllegalArgumentException("expected at least one exchange, got " + perHost);
    }
  }

  /// The same with other certificates.
  public Connections withTls(TlsSource newTls) {
    return new Connections(newTls, proxies, plainHttp, addresses, perHost);
  }

  /// The same with other proxies.
  public Connections withProxies(ProxyRules newProxies) {
    return new Connections(tls, newProxies, plainHttp, addresses, perHost);
  }

  /// The same with another rule for plain HTTP.
  public Connections withPlainHttp(PlainHttp newPlainHttp) {
    return new Connections(tls, proxies, newPlainHttp, addresses, perHost);
  }

  /// The same with another rule for addresses.
  public Connections withAddresses(AddressRule newAddresses) {
    return new Connections(tls, proxies, plainHttp, newAddresses, perHost);
  }

  /// The same with another bound on exchanges.
  public Connections withPerHost(int newPerHost) {
    return new Connections(tls, proxies, plainHttp, addresses, newPerHost);
  }
}
