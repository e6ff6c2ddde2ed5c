package dev.countersign.bench;

import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// The files that a provider is started with, and the ways to start it, the bare server and the Go
/// rival.
///
/// @param ca made the provider's certificate
record Desk(Programs programs, Path folder, FakeCa ca, Path key) {
  static Desk of(Programs programs, Path folder, Path key) throws IOException {
    var ca = FakeCa.create();
    var server = ca.server(FakeCa.KeyKind.ECDSA_P256, "127.0.0.1", "localhost");
    Files.writeString(folder.resolve("tls.crt"), server.chainPem());
    Files.writeString(folder.resolve("tls.key"), server.keyPem(Identity.KeyForm.PKCS8));
    return new Desk(programs, folder, ca, key);
  }

  /// `countersign serve`, as it is shipped; in a group with the memory settings of the image.
  Service serve(Optional<ControlGroup> group) throws IOException, InterruptedException {
    var admin = "127.0.0.1:" + Service.freePort();
    return Service.start(
        folder.resolve("serve.log"),
        group,
        port ->
            List.of(
                programs.countersign().toString(),
                "serve",
                "--listen=127.0.0.1:" + port,
                "--admin-listen=" + admin,
                "--tls-cert=" + folder.resolve("tls.crt"),
                "--tls-key=" + folder.resolve("tls.key"),
                "--key=" + key,
                "--allow-http-registry"));
  }

  /// The same HTTP server with nothing behind it, in a JVM with the same flags.
  Service echo() throws IOException, InterruptedException {
    return Service.start(
        folder.resolve("echo.log"),
        Optional.empty(),
        port ->
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                EchoServer.class.getName(),
                String.valueOf(port),
                folder.resolve("tls.crt").toString(),
                folder.resolve("tls.key").toString()));
  }

  /// The Go provider on cosign's own library, if it was built.
  Optional<Service> goProvider() throws IOException, InterruptedException {
    var program = programs.goProvider();
    return program.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Service.start(
                folder.resolve("go.log"),
                Optional.empty(),
                port ->
                    List.of(
                        program.get().toString(),
                        "127.0.0.1:" + port,
                        folder.resolve("tls.crt").toString(),
                        folder.resolve("tls.key").toString(),
                        key.toString())));
  }

  /// Writes the certificate of who made the provider's.
  Path writeCa() throws IOException {
    return Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
  }

  /// The TLS of clients that trust the provider.
  SSLContext tls() {
    return Identity.clientContext(ca);
  }
}
