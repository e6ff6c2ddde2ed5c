package dev.countersign.provider;

import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/// Shows its certificate to every server that asks for one, whosever certificates it asks for;
/// Java's own client shows a foreign one to nobody.
final class StubbornClient extends X509ExtendedKeyManager {
  private static final String ALIAS = "client";

  private final Identity identity;

  private StubbornClient(Identity identity) {
    this.identity = identity;
  }

  /// TLS that shows `identity` and believes servers of `ca`.
  static SSLContext tls(Identity identity, FakeCa ca) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", ca.certificate());
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    var tls = SSLContext.getInstance("TLS");
    tls.init(new KeyManager[] {new StubbornClient(identity)}, trust.getTrustManagers(), null);
    return tls;
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return ALIAS;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return identity.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identity.key();
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[0];
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    throw new UnsupportedOperationException("a client");
  }
}
