package dev.countersign.registry;

/// Scheme, host and port: what a connection is made to, and what credentials are bound to.
///
/// @param host lower-case, without brackets and final dot
record Origin(Scheme scheme, String host, int port) {
  /// The origin of `registry`, a host with or without a port as in a repository name.
  static Origin of(Scheme scheme, String registry) {
    int colon = registry.endsWith("]") ? -1 : registry.lastIndexOf(':');
    var host = colon < 0 ? registry : registry.substring(0, colon);
    int port = colon < 0 ? scheme.port() : Integer.parseInt(registry.substring(colon + 1));
    return new Origin(scheme, HostName.canonical(withoutBrackets(host)), port);
  }

  /// The host, and the port where it is not the scheme's own: as in a `Host` header.
  String authority() {
    var name = host.indexOf(':') >= 0 ? '[' + host + ']' : host;
    return port == scheme.port() ? name : name + ':' + port;
  }

  boolean isLoopback() {
    return HostName.isLoopback(host);
  }

  @Override
  public String toString() {
    return scheme.text() + "://" + authority();
  }

  static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
