package dev.countersign.provider;

import dev.countersign.access.Certificates;
import dev.countersign.access.TlsKeyPair;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// What a port speaks below HTTP: TLS 1.3 and nothing older.
final class ServerTls {
  private ServerTls() {}

  /// TLS that shows the pair and asks for what the material says.
  ///
  /// @throws IOException if the clients' authorities cannot be used
  static SslContextFactory.Server of(TlsMaterial material) throws IOException {
    var factory = new SslContextFactory.Server();
    factory.setSslContext(context(material));
    factory.setIncludeProtocols("TLSv1.3");
    factory.setSniRequired(false);
    factory.setNeedClientAuth(material.clients().isPresent());
    return factory;
  }

  /// TLS that shows `pair` and asks for nothing.
  static SslContextFactory.Server of(TlsKeyPair pair) throws IOException {
    return of(new TlsMaterial(pair, Optional.empty()));
  }

  /// Lets new connections see other material. Sessions that began before are not resumed: the
  /// certificate that opened them may count no more.
  ///
  /// @throws IOException if it cannot be used; then all stays as it was
  static void reload(SslContextFactory.Server factory, TlsMaterial material) throws IOException {
    var context = context(material);
    try {
      factory.reload(scoped -> {
        scoped.setSslContext(context);
      });
    } catch (Exception e) {
      throw new IOException("cannot use the new certificates: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(TlsMaterial.Clients clients) throws IOException {
    var managers = Certificates.trustOnly(clients.authorities());
    if (clients.names().isEmpty()) {
      return managers;
    }
    for (int i = 0; i < managers.length; i++) {
      managers[i] = new NamedClients((X509ExtendedTrustManager) managers[i], clients.names());
    }
    return managers;
  }

  private static SSLContext context(TlsMaterial material) throws IOException {
    var trust =
        material.clients().isPresent() ? trust(material.clients().get()) : new TrustManager[0];
    try {
      var context = SSLContext.getInstance("TLSv1.3");
      context.init(material.pair().keyManagers(), trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java runtime has TLS 1.3", e);
    }
  }
}
