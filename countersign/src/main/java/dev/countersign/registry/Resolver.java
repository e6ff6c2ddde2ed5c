package dev.countersign.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Who is asked for the addresses of a name.
@FunctionalInterface
interface Resolver {
  /// The system: its hosts file and its name servers.
  Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /// All addresses of `host`, which is a name and no address.
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
