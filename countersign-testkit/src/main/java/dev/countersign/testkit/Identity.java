package dev.countersign.testkit;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// A private key with its certificates: its own first, then those between it and the root.
public final class Identity {
  private static final char[] NO_PASSWORD = {};

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  /// The forms in which files hold private keys.
  public enum KeyForm {
    /// `PRIVATE KEY`
    PKCS8,
    /// `RSA PRIVATE KEY` (PKCS#1) or `EC PRIVATE KEY` (SEC 1), whichever the key is.
    TRADITIONAL
  }

  Identity(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  public List<X509Certificate> chain() {
    return chain;
  }

  public X509Certificate certificate() {
    return chain.getFirst();
  }

  public PrivateKey key() {
    return key;
  }

  /// The whole chain, leaf first.
  public String chainPem() {
    return chain.stream().map(Pem::of).collect(Collectors.joining());
  }

  public String keyPem(KeyForm form) {
    return Pem.of(key, form);
  }

  /// For a server that shows this certificate and asks for none.
  public SSLContext serverContext() {
    return context(keyManagers(), new TrustManager[0]);
  }

  /// For a server that shows this certificate and believes those of `clientCa`, or for a client
  /// that shows it and believes servers of `ca`.
  public SSLContext context(FakeCa ca) {
    return context(keyManagers(), trustManagers(ca));
  }

  /// For a client without a certificate that believes servers of `ca`.
  public static SSLContext clientContext(FakeCa ca) {
    return context(new KeyManager[0], trustManagers(ca));
  }

  private static SSLContext context(KeyManager[] keys, TrustManager[] trust) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private KeyManager[] keyManagers() {
    try {
      var store = emptyStore();
      store.setKeyEntry("key", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static TrustManager[] trustManagers(FakeCa ca) {
    try {
      var store = emptyStore();
      store.setCertificateEntry("ca", ca.certificate());
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  @Override
  public String toString() {
    return "Identity[" + certificate().getSubjectX500Principal() + ", redacted]";
  }
}
