package dev.countersign.provider;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// TLS connections whose handshakes begin in time or not at all.
///
/// A handshake costs most of an answer. When more connections come than can be answered, all would
/// wait until their clients have given up, and be worked on nevertheless. So a few handshakes begin
/// at once, what has begun goes on before others begin, and a connection that has waited too long
/// is closed before any work is done for it.
final class TimelyTls extends SslConnectionFactory {
  private final Semaphore free;
  private final Duration patience;
  private final Runnable turnedAway;

  /// @param next the protocol inside
  /// @param atOnce how many begin at once
  /// @param patience how long a connection waits for its turn after its first bytes came
  /// @param turnedAway is told of each that is closed
  TimelyTls(
      SslContextFactory.Server tls,
      String next,
      int atOnce,
      Duration patience,
      Runnable turnedAway) {
    super(tls, next);
    this.free = new Semaphore(atOnce, true);
    this.patience = patience;
    this.turnedAway = turnedAway;
  }

  @Override
  protected SslConnection newSslConnection(
      Connector connector, EndPoint endPoint, SSLEngine engine) {
    return new Timely(connector, endPoint, engine);
  }

  private boolean mayBegin() {
    try {
      return free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Jetty calls it from one thread after the other.
  private final class Timely extends SslConnection implements SslHandshakeListener {
    private boolean hasBegun;
    private boolean hasTurn;

    Timely(Connector connector, EndPoint endPoint, SSLEngine engine) {
      super(
          connector.getByteBufferPool(),
          connector.getExecutor(),
          getSslContextFactory(),
          endPoint,
          engine,
          isDirectBuffersForEncryption(),
          isDirectBuffersForDecryption());
    }

    @Override
    public void onFillable() {
      if (hasBegun) {
        super.onFillable();
      } else if (mayBegin()) {
        begin();
      } else {
        turnedAway.run();
        getEndPoint().close();
      }
    }

    private void begin() {
      hasBegun = true;
      hasTurn = true;
      addHandshakeListener(this);
      try {
        super.onFillable();
      } finally {
        endTurn();
      }
    }

    /// What comes after the handshake may wait for its client as long as it likes.
    @Override
    public void handshakeSucceeded(Event event) {
      endTurn();
    }

    private void endTurn() {
      if (hasTurn) {
        hasTurn = false;
        free.release();
      }
    }
  }
}
