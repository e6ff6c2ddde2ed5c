package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.key.PublicKey;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Repository;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.CredentialSource;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.Secret;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity.KeyForm;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.MountedSecret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Secrets that a kubelet replaces while the service runs.
class MountedFilesTest {
  @TempDir private Path folder;

  private static Credentials find(CredentialSource source, String image) throws Exception {
    return source.find(Repository.parse(image), Deadline.after(Duration.ofSeconds(5)));
  }

  @Test
  void showsTheCredentialsAndAsksTheHostsOfTheMoment() throws Exception {
    var mounted =
        MountedSecret.at(
            folder, Map.of("username", "one", "password", "first", "registry", "ghcr.io"));
    var source = RegistrySecret.over(CredentialSource.ANONYMOUS, folder, Set.of());
    assertEquals(new Credentials.Basic("one", Secret.of("first")), find(source, "ghcr.io/a/b"));
    assertEquals(new Credentials.Anonymous(), find(source, "quay.io/a/b"));

    mounted.replace(Map.of("username", "two", "password", "second", "registry", "quay.io"));

    assertEquals(new Credentials.Basic("two", Secret.of("second")), find(source, "quay.io/a/b"));
    assertEquals(new Credentials.Anonymous(), find(source, "ghcr.io/a/b"));
  }

  /// User and password that do not belong together would lock accounts.
  @Test
  void neverMixesTwoStates() throws Exception {
    var mounted = MountedSecret.at(folder, Map.of("username", "0", "password", "0"));
    var source = RegistrySecret.over(CredentialSource.ANONYMOUS, folder, Set.of("ghcr.io"));
    var replacing =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 1; i <= 300; i++) {
                var text = Integer.toString(i);
                replace(mounted, Map.of("username", text, "password", text));
              }
            });
    while (replacing.isAlive()) {
      var found = find(source, "ghcr.io/a/b");

      assertTrue(
          found instanceof Credentials.Basic(var user, var password)
              && password.equals(Secret.of(user)),
          found::toString);
    }
  }

  private static void replace(MountedSecret mounted, Map<String, String> files) {
    try {
      mounted.replace(files);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, String> files(FakeCa ca, FakeCa clients, SoftwareKey key) {
    var identity = ca.loopbackServer();
    var files = new HashMap<String, String>();
    files.put("tls.crt", identity.chainPem());
    files.put("tls.key", identity.keyPem(KeyForm.PKCS8));
    files.put("ca.crt", clients.certificatePem());
    files.put("cosign.pub", key.publicKey().toPem());
    return files;
  }

  @Test
  void believesAndShowsWhatIsMountedNow() throws Exception {
    var oldCa = FakeCa.create();
    var newCa = FakeCa.create();
    var clients = FakeCa.create();
    var newClients = FakeCa.create();
    var mounted = MountedSecret.at(folder, files(oldCa, clients, TestServer.KEY));
    var tls =
        new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"))
            .withClients(new ClientCertificates.RequiredFrom(folder.resolve("ca.crt")));
    var config =
        TestServer.config(tls)
            .withPolicies(() ->
                Policies.of(
                    TestServer.requirement(
                        PublicKey.parsePem(Files.readString(folder.resolve("cosign.pub"))))));
    try (var registry = InProcessRegistry.start();
        var server = Server.start(config, RegistryOptions.DEFAULT, Loopback.ALLOWED)) {
      var image = TestServer.signed(registry, "a/b", TestServer.OTHER_KEY, RegistryOptions.DEFAULT);
      var before = new Gatekeeper(clients.client("c").context(oldCa), server.port());
      assertTrue(before.ask("/v1/verify", image).item(image).orElseThrow().find("value").isEmpty());

      mounted.replace(files(newCa, newClients, TestServer.OTHER_KEY));
      server.refresh();

      var after = new Gatekeeper(newClients.client("c").context(newCa), server.port());
      assertEquals(
          registry.digest("a/b", "v1").orElseThrow(),
          after.ask("/v1/verify", image).value(image).getString("digest"));
    }
  }
}
