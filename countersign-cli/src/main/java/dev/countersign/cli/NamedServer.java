package dev.countersign.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Connections to a server that shows a certificate of another name than that it is reached by, as
/// one behind `kubectl port-forward`: the handshake asks for this name, and takes no other.
final class NamedServer extends SSLSocketFactory {
  private final SSLSocketFactory sockets;
  private final String name;

  NamedServer(SSLSocketFactory sockets, String name) {
    this.sockets = sockets;
    this.name = name;
  }

  /// @param host what the connection was made to, which the certificate need not name
  @Override
  public Socket createSocket(Socket plain, String host, int port, boolean autoClose)
      throws IOException {
    var socket = (SSLSocket) sockets.createSocket(plain, name, port, autoClose);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket(new Socket(host, port), host, port, true);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return createSocket(new Socket(host, port, from, fromPort), host, port, true);
  }

  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return createSocket(new Socket(address, port), name, port, true);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress from, int fromPort)
      throws IOException {
    return createSocket(new Socket(address, port, from, fromPort), name, port, true);
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }
}
