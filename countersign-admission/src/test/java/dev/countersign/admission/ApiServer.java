package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.cli.interop.Peers;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity.KeyForm;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real Kubernetes API server with its etcd, on loopback, new and empty. Nothing else of a
/// cluster runs: what is accepted is stored, and nobody acts on it.
final class ApiServer implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);
  private static final int RUN_SECONDS = 60;

  private final Path folder;
  private final Path kubectl;
  private final URI address;
  private final FakeCa ca = FakeCa.create();
  private final List<Process> processes = new ArrayList<>();

  /// What a run of `kubectl` left behind.
  record Run(int exit, String output) {
    /// The output of this run, which must have ended with 0.
    String succeeded() {
      assertEquals(0, exit, output);
      return output;
    }
  }

  private ApiServer(Path folder, Path kubectl, int port) {
    this.folder = folder;
    this.kubectl = kubectl;
    this.address = URI.create("https://127.0.0.1:" + port);
  }

  /// A server that is ready, which keeps its files in an empty folder and which the caller closes.
  static ApiServer start(Path folder) throws IOException, InterruptedException {
    var etcd = require("etcd");
    var program = require("kube-apiserver");
    var ports = freePorts(3);
    var server = new ApiServer(folder, require("kubectl"), ports.get(2));
    try {
      server.writeFiles();
      server.startEtcd(etcd, ports.get(0), ports.get(1));
      server.startServer(program, ports.get(0), ports.get(2));
      server.awaitReady();
      return server;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /// A program that `.ci/kubernetes` installs; where there is none the calling test ends as not
  /// run, and as failed under `COUNTERSIGN_REQUIRE_PEERS=1`.
  static Path require(String name) {
    return Peers.program(name + "/usr/bin/" + name, ".ci/kubernetes");
  }

  /// How the cluster's administrator reaches it.
  Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  /// A kubeconfig of somebody else.
  ///
  /// @param user the user's entry, as `{token: …}`
  Path kubeconfig(String user) throws IOException {
    var file = Files.createTempFile(folder, "kubeconfig", ".yaml");
    return Files.writeString(
        file,
        """
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: somebody}}]
        clusters: [{name: test, cluster: {server: "%s", certificate-authority: ca.crt}}]
        users: [{name: somebody, user: %s}]
        """
            .formatted(address, user));
  }

  /// Runs `kubectl` as the cluster's administrator.
  Run kubectl(String... arguments) throws IOException, InterruptedException {
    return run(kubectl, folder, arguments);
  }

  /// Runs `kubectl`, for at most a minute, in a folder that has what it wants to know of a cluster.
  static Run run(Path kubectl, Path home, String... arguments)
      throws IOException, InterruptedException {
    var log = Files.createTempFile(home, "kubectl", ".log");
    var builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(kubectl.toString()), Stream.of(arguments)).toList());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("KUBECONFIG", home.resolve("kubeconfig").toString());
    var process =
        builder
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(RUN_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(
            "kubectl %s: expected an end, got none in %d s; its output: %s"
                .formatted(String.join(" ", arguments), RUN_SECONDS, Files.readString(log)));
      }
      return new Run(process.exitValue(), Files.readString(log));
    } finally {
      process.destroyForcibly();
    }
  }

  private void writeFiles() throws IOException {
    var server = ca.loopbackServer();
    var admin = ca.client("admin,O=system:masters");
    write("ca.crt", ca.certificatePem());
    write("tls.crt", server.chainPem());
    write("tls.key", server.keyPem(KeyForm.PKCS8));
    write("admin.crt", admin.chainPem());
    write("admin.key", admin.keyPem(KeyForm.PKCS8));
    write("sa.key", ca.client("service accounts").keyPem(KeyForm.TRADITIONAL));
    write(
        "kubeconfig",
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: admin, namespace: default}}]
        clusters: [{name: test, cluster: {server: "%s", certificate-authority: ca.crt}}]
        users: [{name: admin, user: {client-certificate: admin.crt, client-key: admin.key}}]
        """
            .formatted(address));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private void startEtcd(Path program, int port, int peerPort) throws IOException {
    var url = "http://127.0.0.1:" + port;
    launch(
        program,
        "--data-dir=etcd",
        "--listen-client-urls=" + url,
        "--advertise-client-urls=" + url,
        "--listen-peer-urls=http://127.0.0.1:" + peerPort,
        "--unsafe-no-fsync");
  }

  private void startServer(Path program, int etcdPort, int port) throws IOException {
    launch(
        program,
        "--etcd-servers=http://127.0.0.1:" + etcdPort,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + port,
        "--cert-dir=.",
        "--tls-cert-file=tls.crt",
        "--tls-private-key-file=tls.key",
        "--client-ca-file=ca.crt",
        "--service-account-key-file=sa.key",
        "--service-account-signing-key-file=sa.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.96.0.0/24",
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount");
  }

  private void launch(Path program, String... arguments) throws IOException {
    var command = Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList();
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    processes.add(
        builder
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(program.getFileName() + ".log").toFile())
            .start());
  }

  private void awaitReady() throws IOException, InterruptedException {
    var end = Instant.now().plus(START);
    try (var client =
        HttpClient.newBuilder()
            .sslContext(ca.client("admin,O=system:masters").context(ca))
            .build()) {
      while (!isReady(client)) {
        for (var process : processes) {
          if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("expected a running API server, got its end: " + logs());
          }
        }
        if (Instant.now().isAfter(end)) {
          throw new AssertionError("expected a ready API server in " + START + ", got: " + logs());
        }
      }
    }
  }

  private boolean isReady(HttpClient client) throws InterruptedException {
    var request = HttpRequest.newBuilder(address.resolve("/readyz")).timeout(Duration.ofSeconds(5));
    try {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private String logs() throws IOException {
    var text = new StringBuilder();
    for (var name : List.of("etcd.log", "kube-apiserver.log")) {
      var lines = Files.readAllLines(folder.resolve(name));
      text.append(String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size())));
    }
    return text.toString();
  }

  /// Ports that were free a moment ago, all different.
  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  /// Ends the server, then its etcd, by force when they do not end by themselves.
  @Override
  public void close() {
    for (var process : processes.reversed()) {
      process.destroy();
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
