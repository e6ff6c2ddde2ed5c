package dev.countersign.provider;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A client of this process's own server that believes one certificate, whatever names it has.
final class LoopbackClient {
  private static final int MAX_BYTES = 1 << 20;

  /// Even a machine that does much else at the same time needs less.
  private static final Duration TIME = Duration.ofSeconds(60);

  private final SSLContext tls;
  private final int port;

  LoopbackClient(Certificate server, int port) {
    this.port = port;
    try {
      tls = SSLContext.getInstance("TLSv1.3");
      tls.init(null, new TrustManager[] {new Only(server)}, null);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java runtime has TLS 1.3", e);
    }
  }

  /// Its TLS.
  SSLContext tls() {
    return tls;
  }

  /// The whole answer to one request on a new connection, head and body.
  String post(String path, byte[] body) throws IOException {
    var head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(path, body.length);
    var loopback = InetAddress.getLoopbackAddress();
    try (var socket = tls.getSocketFactory().createSocket(loopback, port)) {
      socket.setSoTimeout((int) TIME.toMillis());
      var out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
      return new String(socket.getInputStream().readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
    }
  }

  /// Believes just one certificate.
  private record Only(Certificate certificate) implements X509TrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      if (!chain[0].equals(certificate)) {
        throw new CertificateException("another server's certificate");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
