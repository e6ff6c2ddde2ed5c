package dev.countersign.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The provider's HTTP server with nothing behind it: reads a request, sends the same few bytes.
final class EchoServer extends Handler.Abstract {
  private static final byte[] ANSWER =
      "{\"response\":{\"items\":[],\"systemError\":\"\"}}".getBytes(StandardCharsets.US_ASCII);

  private EchoServer() {}

  /// Serves until it is ended.
  ///
  /// @param arguments a port, a certificate's file, its key's file
  public static void main(String[] arguments) throws Exception {
    var threads = new QueuedThreadPool(16);
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    var server = new Server(threads);
    var tls = new SslContextFactory.Server();
    tls.setKeyStore(store(Path.of(arguments[1]), Path.of(arguments[2])));
    tls.setKeyStorePassword("");
    // The JDK's other one derives the store's key again at each handshake.
    tls.setKeyManagerFactoryAlgorithm("SunX509");
    tls.setIncludeProtocols("TLSv1.3");
    tls.setSniRequired(false);
    var configuration = new HttpConfiguration();
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    var http = new HttpConnectionFactory(configuration);
    var connector =
        new ServerConnector(server, 1, 1, new SslConnectionFactory(tls, http.getProtocol()), http);
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.parseInt(arguments[0]));
    connector.setAcceptQueueSize(1_024);
    server.addConnector(connector);
    server.setHandler(new EchoServer());
    server.start();
    server.join();
  }

  private static KeyStore store(Path certificate, Path key) throws Exception {
    var chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(Files.newInputStream(certificate))
            .toArray(java.security.cert.Certificate[]::new);
    var der =
        Base64.getMimeDecoder().decode(Files.readString(key).replaceAll("-----[A-Z ]+-----", ""));
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(der)),
        new char[0],
        chain);
    return store;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var _ = Content.Source.asByteBuffer(request);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, ANSWER.length);
    response.write(true, ByteBuffer.wrap(ANSWER), callback);
    return true;
  }
}
