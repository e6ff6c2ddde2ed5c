package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Gatekeeper's side of a call: the certificate that it shows, and the shipped template that asks.
///
/// @param folder where its files are kept
/// @param ca whose clients the provider answers
/// @param identity what it shows, of `ca`
record Webhook(Path folder, FakeCa ca, Identity identity) {
  static Webhook in(Path folder, FakeCa ca) {
    return new Webhook(folder, ca, ca.webhook("gatekeeper-webhook-service.gatekeeper-system.svc"));
  }

  /// Another client of the same authority.
  Webhook named(String name) {
    return new Webhook(folder, ca, ca.webhook(name));
  }

  /// The shipped template, compiled, which asks a provider on a loopback port.
  ///
  /// @param dialect `v0` or `v1`
  /// @param timeout the Provider's, in seconds
  Opa asking(int port, String dialect, int timeout) throws IOException {
    return asking(port, "/v1/verify", Template.rego(), dialect, timeout);
  }

  /// The same with another template, whose Provider has another path.
  Opa asking(int port, String path, String rego, String dialect, int timeout) throws IOException {
    var opa =
        Opa.start(
            "-url=https://127.0.0.1:" + port + path,
            "-timeout=" + timeout,
            "-ca=" + caFile(ca),
            "-cert=" + Files.writeString(folder.resolve("webhook.crt"), identity.chainPem()),
            "-key=" + Files.writeString(folder.resolve("webhook.key"), key()));
    return compiled(opa, rego, dialect);
  }

  /// One that shows no certificate and believes the servers of another authority.
  Opa strangerAsking(int port, FakeCa believed) throws IOException {
    var url = "https://127.0.0.1:" + port + "/v1/verify";
    return compiled(
        Opa.start("-url=" + url, "-timeout=30", "-ca=" + caFile(believed)), Template.rego(), "v1");
  }

  private static Opa compiled(Opa opa, String rego, String dialect) throws IOException {
    try {
      assertEquals(Optional.empty(), opa.compile(rego, dialect));
      return opa;
    } catch (IOException | Error e) {
      opa.close();
      throw e;
    }
  }

  private Path caFile(FakeCa of) throws IOException {
    return Files.writeString(folder.resolve("believed.crt"), of.certificatePem());
  }

  private String key() {
    return identity.keyPem(KeyForm.PKCS8);
  }

  /// The server's certificate and key, and the authority of its clients, as flags of `serve`.
  List<String> serverFlags() throws IOException {
    var server = ca.loopbackServer();
    return List.of(
        "--tls-cert=" + Files.writeString(folder.resolve("tls.crt"), server.chainPem()),
        "--tls-key=" + Files.writeString(folder.resolve("tls.key"), server.keyPem(KeyForm.PKCS8)),
        "--client-ca=" + Files.writeString(folder.resolve("ca.crt"), ca.certificatePem()));
  }
}
