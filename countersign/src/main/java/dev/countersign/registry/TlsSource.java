package dev.countersign.registry;

import java.io.IOException;
import javax.net.ssl.SSLContext;

/// Whom a TLS client believes, and what it shows of itself. Asked once, when TLS is first spoken.
@FunctionalInterface
public interface TlsSource {
  /// The Java runtime's own certificates; no client certificate.
  TlsSource PLATFORM = TlsSource::platform;

  /// The context that sessions are made in; host names are compared by its trust manager.
  ///
  /// @throws IOException if certificates or keys could not be read
  SSLContext load() throws IOException;

  private static SSLContext platform() throws IOException {
    try {
      return SSLContext.getDefault();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IOException("the Java runtime's certificates cannot be read", e);
    }
  }
}
