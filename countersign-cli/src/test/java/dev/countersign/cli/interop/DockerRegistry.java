package dev.countersign.cli.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Debian's `docker-registry` on a free loopback port, plain HTTP, without referrers API.
public final class DockerRegistry implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final int POLLS = 500;

  private final Process process;
  private final String host;

  private DockerRegistry(Process process, String host) {
    this.process = process;
    this.host = host;
  }

  /// Starts a registry that keeps its blobs in a folder; it answers when this returns.
  public static DockerRegistry start(Path folder) throws IOException, InterruptedException {
    var peer = Peers.require("docker-registry");
    for (var attempt = 1; attempt <= ATTEMPTS; attempt++) {
      var host = "127.0.0.1:" + freePort();
      var registry = new DockerRegistry(serve(peer, folder, host), host);
      if (registry.becomesReady()) {
        return registry;
      }
      registry.close();
    }
    return fail("docker-registry: expected 200 from /v2/, got: " + log(folder));
  }

  /// Loopback address and port, as references begin.
  public String host() {
    return host;
  }

  /// Pushes an image of one empty layer.
  ///
  /// @param name repository and tag without host, such as `a/b:v1`
  /// @return the reference by digest
  public String image(String name) throws IOException {
    var layer = Files.createTempFile("layer", ".tar");
    try {
      Files.write(layer, new byte[1024]);
      return Peers.require("crane")
          .run(
              "append",
              "--insecure",
              "--oci-empty-base",
              "-f",
              layer.toString(),
              "-t",
              host + "/" + name)
          .succeeded()
          .stdout()
          .strip();
    } finally {
      Files.delete(layer);
    }
  }

  @Override
  public void close() {
    Peer.end(process);
  }

  private static Process serve(Peer peer, Path folder, String host) throws IOException {
    var configuration = folder.resolve("registry.yml");
    Files.writeString(
        configuration,
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
        http: {addr: "%s"}
        """
            .formatted(folder.resolve("storage"), host));
    return peer.isolated(folder, folder, Map.of(), "serve", configuration.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("registry.log").toFile())
        .start();
  }

  /// Asks until the registry answers; no longer than its process lives, nor than ten seconds.
  private boolean becomesReady() throws IOException, InterruptedException {
    for (var poll = 0; poll < POLLS; poll++) {
      if (answers()) {
        return true;
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }

  private boolean answers() throws IOException {
    var uri = URI.create("http://" + host + "/v2/");
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(1000);
    connection.setReadTimeout(1000);
    try {
      return connection.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    } finally {
      connection.disconnect();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String log(Path folder) throws IOException {
    return Files.readString(folder.resolve("registry.log"), UTF_8)
        .lines()
        .limit(20)
        .toList()
        .toString();
  }
}
