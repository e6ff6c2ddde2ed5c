package dev.countersign.access;

import dev.countersign.format.FormatException;
import dev.countersign.registry.TlsSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Whom to believe over TLS and what to show there, read from files when TLS is first spoken.
public final class Certificates implements TlsSource {
  private static final int MAX_BYTES = 8 << 20;
  private static final List<Path> SYSTEM_FILES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/pki/tls/cacert.pem"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private final Roots roots;
  private final @Nullable ClientPair client;

  private Certificates(Roots roots, @Nullable ClientPair client) {
    this.roots = roots;
    this.client = client;
  }

  /// The system's bundle, else the Java runtime's. `SSL_CERT_FILE` and `SSL_CERT_DIR` replace it,
  /// as in Go; but one that cannot be read is a failure.
  public static Certificates system(Environment environment) {
    return new Certificates(new Roots.OfSystem(environment), null);
  }

  /// Those in the PEM file `authorities` and no others.
  public static Certificates only(Path authorities) {
    return new Certificates(new Roots.Only(authorities), null);
  }

  /// These and no others.
  public static Certificates only(List<X509Certificate> authorities) {
    return new Certificates(new Roots.Given(List.copyOf(authorities)), null);
  }

  /// Any certificate, for any name: the other end may be anybody.
  public static Certificates insecureAny() {
    return new Certificates(new Roots.InsecureAny(), null);
  }

  /// The same, showing the certificate chain and the private key of these PEM files.
  public Certificates withClient(Path newCertificate, Path newKey) {
    return new Certificates(roots, () -> TlsKeyPair.read(newCertificate, newKey));
  }

  /// The same, showing `pair`.
  public Certificates withClient(TlsKeyPair pair) {
    return new Certificates(roots, () -> pair);
  }

  /// The authorities in a PEM file.
  ///
  /// @throws IOException if it cannot be read or holds none
  public static List<X509Certificate> authorities(Path file) throws IOException {
    return List.copyOf(read(file));
  }

  /// Managers that believe `authorities` and no others.
  ///
  /// @throws IOException if these certificates cannot be used
  public static TrustManager[] trustOnly(List<X509Certificate> authorities) throws IOException {
    try {
      return trust(authorities);
    } catch (GeneralSecurityException e) {
      throw new IOException("these certificates cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public SSLContext load() throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keyManagers(), trustManagers(), null);
      return context;
    } catch (FormatException e) {
      throw new IOException(e.problem(), e);
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificates cannot be used", e);
    }
  }

  private KeyManager @Nullable [] keyManagers() throws IOException, FormatException {
    return client == null ? null : client.read().keyManagers();
  }

  /// Null for the runtime's own.
  private TrustManager @Nullable [] trustManagers() throws IOException, GeneralSecurityException {
    return switch (roots) {
      case Roots.InsecureAny any -> new TrustManager[] {new InsecureTrust()};
      case Roots.Only only -> trustOnly(authorities(only.file()));
      case Roots.Given given -> trustOnly(given.authorities());
      case Roots.OfSystem system -> {
        var found = system(system.environment(), SYSTEM_FILES);
        yield found.isEmpty() ? null : trust(found);
      }
    };
  }

  private static List<X509Certificate> system(Environment environment, List<Path> usual)
      throws IOException {
    var file = environment.find("SSL_CERT_FILE");
    var folders = environment.find("SSL_CERT_DIR");
    var found = new ArrayList<X509Certificate>();
    if (file.isPresent()) {
      found.addAll(read(Path.of(file.get())));
    }
    if (folders.isPresent()) {
      for (var folder : folders.get().split(":", -1)) {
        found.addAll(readFolder(Path.of(folder)));
      }
    }
    if (file.isPresent() || folders.isPresent()) {
      return found;
    }
    for (var bundle : usual) {
      if (Files.isReadable(bundle)) {
        return read(bundle);
      }
    }
    return List.of();
  }

  private static TrustManager[] trust(List<X509Certificate> certificates)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry(Integer.toString(i), certificates.get(i));
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static List<X509Certificate> readFolder(Path folder) throws IOException {
    var found = new ArrayList<X509Certificate>();
    try (var files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      for (var file : files) {
        found.addAll(parse(TextFile.readLatin1(file, MAX_BYTES)));
      }
    }
    if (found.isEmpty()) {
      throw new IOException(folder + ": expected certificates in PEM, got none");
    }
    return found;
  }

  private static List<X509Certificate> read(Path file) throws IOException {
    var found = parse(TextFile.readLatin1(file, MAX_BYTES));
    if (found.isEmpty()) {
      throw new IOException(file + ": expected certificates in PEM, got none");
    }
    return found;
  }

  private static List<X509Certificate> parse(String text) throws IOException {
    var found = new ArrayList<X509Certificate>();
    try {
      var factory = CertificateFactory.getInstance("X.509");
      for (var block : PemBlocks.parse(text)) {
        if (block.label().equals("CERTIFICATE")) {
          add(factory, block.content().toArray(), found);
        }
      }
      return found;
    } catch (CertificateException e) {
      throw new IOException("this Java runtime reads no X.509 certificates", e);
    }
  }

  private static void add(CertificateFactory factory, byte[] der, List<X509Certificate> found) {
    try {
      found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
    } catch (CertificateException e) {
      // As Go does: one that this runtime cannot read vouches for nobody.
    }
  }

  /// Who vouches.
  private sealed interface Roots {
    record OfSystem(Environment environment) implements Roots {}

    record Only(Path file) implements Roots {}

    record Given(List<X509Certificate> authorities) implements Roots {}

    record InsecureAny() implements Roots {}
  }

  /// What is shown.
  @FunctionalInterface
  private interface ClientPair {
    TlsKeyPair read() throws IOException, FormatException;
  }
}
