package dev.countersign.provider;

import dev.countersign.access.Certificates;
import dev.countersign.access.TlsKeyPair;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// What a port speaks below HTTP: TLS 1.3 and nothing older.
final class ServerTls {
  private ServerTls() {}

  /// TLS that shows `pair`.
  ///
  /// @throws IOException if the file of the clients' authorities cannot be read or holds none
  static SslContextFactory.Server of(TlsKeyPair pair, ClientCertificates clients)
      throws IOException {
    return switch (clients) {
      case ClientCertificates.NotAsked _ -> of(pair);
      case ClientCertificates.RequiredFrom(var ca) -> {
        var factory = factory(pair, Certificates.trustOnly(ca));
        factory.setNeedClientAuth(true);
        yield factory;
      }
    };
  }

  /// TLS that shows `pair` and asks for nothing.
  static SslContextFactory.Server of(TlsKeyPair pair) {
    return factory(pair, new TrustManager[0]);
  }

  private static SslContextFactory.Server factory(TlsKeyPair pair, TrustManager[] trust) {
    var factory = new SslContextFactory.Server();
    factory.setSslContext(context(pair, trust));
    factory.setIncludeProtocols("TLSv1.3");
    factory.setSniRequired(false);
    return factory;
  }

  private static SSLContext context(TlsKeyPair pair, TrustManager[] trust) {
    try {
      var context = SSLContext.getInstance("TLSv1.3");
      context.init(pair.keyManagers(), trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java runtime has TLS 1.3", e);
    }
  }
}
