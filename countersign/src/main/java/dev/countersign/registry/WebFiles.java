package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.registry.RegistryClient.Exchange;
import dev.countersign.registry.RegistryClient.Hops;
import dev.countersign.registry.RegistryException.Fault;
import java.util.Optional;

/// Small files on the web, fetched without credentials over HTTPS, or from loopback.
public final class WebFiles implements AutoCloseable {
  private final Http http;

  /// A client without any state yet; no connection is made.
  public WebFiles(Connections connections) {
    http = new Http(connections);
  }

  /// Refuses a URL that [#fetch] would refuse.
  ///
  /// @throws FormatException if `url` is none, or names a host that is not loopback without TLS
  public static void requireUrl(String url) throws FormatException {
    var unused = parse(url);
  }

  /// The file at `url`, along at most five redirects, none of them away from TLS.
  public Bytes fetch(String url, int limitBytes, Deadline deadline) throws RegistryException {
    var last = get(url, limitBytes, deadline);
    if (last.response().status() != 200) {
      throw last.fault();
    }
    return last.response().body();
  }

  /// The same; empty if there is none. Stores of files say 403 of one that is not there, where they
  /// do not tell strangers what is.
  public Optional<Bytes> find(String url, int limitBytes, Deadline deadline)
      throws RegistryException {
    var last = get(url, limitBytes, deadline);
    return switch (last.response().status()) {
      case 200 -> Optional.of(last.response().body());
      case 403, 404 -> Optional.empty();
      default -> throw last.fault();
    };
  }

  private Exchange get(String url, int limitBytes, Deadline deadline) throws RegistryException {
    try {
      var request = Request.get(parse(url), limitBytes);
      var first = new Exchange(request, http.send(request, deadline), Hops.NONE);
      return RegistryClient.follow(http, first, deadline);
    } catch (FormatException e) {
      throw new RegistryException(Fault.REFUSED, e.problem(), e);
    }
  }

  @Override
  public void close() {
    http.close();
  }

  static Url parse(String text) throws FormatException {
    var url = Url.parse(text);
    if (url.origin().scheme() == Scheme.HTTP && !url.origin().isLoopback()) {
      throw new FormatException("expected https:// (http:// only for loopback), got " + url);
    }
    return url;
  }
}
