package dev.countersign.provider;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Believes clients that authorities vouch for and that have one of some names.
///
/// Names are the certificate's DNS names; its common name is none ([RFC 9525
/// §2](https://www.rfc-editor.org/rfc/rfc9525#section-2)).
final class NamedClients extends X509ExtendedTrustManager {
  private static final int DNS_NAME = 2;

  private final X509ExtendedTrustManager authorities;
  private final Set<String> names;

  /// @param names in lower case
  NamedClients(X509ExtendedTrustManager authorities, Set<String> names) {
    this.authorities = authorities;
    this.names = names;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    authorities.checkClientTrusted(chain, type, engine);
    requireName(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    authorities.checkClientTrusted(chain, type, socket);
    requireName(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    authorities.checkClientTrusted(chain, type);
    requireName(chain[0]);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }

  private void requireName(X509Certificate client) throws CertificateException {
    var shown = names(client);
    if (shown.stream().noneMatch(names::contains)) {
      throw new CertificateException("expected a client named " + names + ", got " + shown);
    }
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateException {
    var found = new TreeSet<String>();
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      for (var name : alternatives) {
        if (name.getFirst().equals(DNS_NAME)) {
          found.add(name.get(1).toString().toLowerCase(Locale.ROOT));
        }
      }
    }
    return found;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("a server's side of TLS");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("a server's side of TLS");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("a server's side of TLS");
  }
}
