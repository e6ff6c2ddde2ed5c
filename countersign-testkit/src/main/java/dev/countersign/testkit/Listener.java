package dev.countersign.testkit;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/// One port of loopback that is listened on, with one virtual thread a request.
final class Listener implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads;

  private Listener(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  static Listener open(String address, int port, Transport transport, HttpHandler handler)
      throws IOException {
    var socket = new InetSocketAddress(InetAddress.getByName(address), port);
    var server =
        switch (transport) {
          case Transport.PlainHttp _ -> HttpServer.create(socket, 0);
          case Transport.Https https -> secured(HttpsServer.create(socket, 0), https);
        };
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", handler);
    server.start();
    return new Listener(server, threads);
  }

  private static HttpServer secured(HttpsServer server, Transport.Https https) {
    server.setHttpsConfigurator(new Configurator(https.context(), https.clientCertificate()));
    return server;
  }

  private static final class Configurator extends HttpsConfigurator {
    private final Transport.ClientCertificate clientCertificate;

    Configurator(SSLContext context, Transport.ClientCertificate clientCertificate) {
      super(context);
      this.clientCertificate = clientCertificate;
    }

    @Override
    public void configure(HttpsParameters parameters) {
      var tls = getSSLContext().getDefaultSSLParameters();
      tls.setNeedClientAuth(clientCertificate == Transport.ClientCertificate.REQUIRED);
      parameters.setSSLParameters(tls);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
