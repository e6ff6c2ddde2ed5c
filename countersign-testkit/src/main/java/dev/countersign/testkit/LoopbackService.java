package dev.countersign.testkit;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.function.Predicate;

/// One service of a fake sigstore, or another, on a port of loopback, with faults on demand.
///
/// Safe for many threads.
public final class LoopbackService implements AutoCloseable {
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final Closing closing = new Closing();
  private final String scheme;
  private final Listener listener;

  private LoopbackService(Transport transport, Answering answering) throws IOException {
    scheme =
        switch (transport) {
          case Transport.PlainHttp _ -> "http";
          case Transport.Https _ -> "https";
        };
    listener =
        Listener.open("127.0.0.1", 0, transport, new Reception(answering, faults, log, closing));
  }

  /// One that speaks plain HTTP.
  static LoopbackService start(Answering answering) throws IOException {
    return start(new Transport.PlainHttp(), answering);
  }

  static LoopbackService start(Transport transport, Answering answering) throws IOException {
    return new LoopbackService(transport, answering);
  }

  /// Its address, without a slash at the end.
  public URI url() {
    return URI.create(scheme + "://127.0.0.1:" + listener.port());
  }

  /// Lets the next request fail.
  public void failNext(Fault fault) {
    faults.add(_ -> true, fault, 1);
  }

  /// Lets the next request that is like this fail.
  public void failNext(Predicate<Request> when, Fault fault) {
    faults.add(when, fault, 1);
  }

  /// Lets all requests that are like this fail, until [#heal()].
  public void failAll(Predicate<Request> when, Fault fault) {
    faults.add(when, fault, Integer.MAX_VALUE);
  }

  /// Forgets all faults that have not happened yet.
  public void heal() {
    faults.clear();
  }

  /// The requests so far in the order they were answered.
  public List<LoggedRequest> requests() {
    return log.all();
  }

  @Override
  public void close() {
    closing.close();
    listener.close();
  }
}
