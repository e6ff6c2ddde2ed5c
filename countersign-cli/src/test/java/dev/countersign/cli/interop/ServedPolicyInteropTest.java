package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.access.KeyReference;
import dev.countersign.access.TextFile;
import dev.countersign.provider.PolicyFile;
import dev.countersign.provider.Server;
import dev.countersign.provider.ServerConfig;
import dev.countersign.provider.TlsFiles;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A server with a policy file judges what the real cosign and ours signed and attested in Debian's
/// registry, which only the policy lets it ask.
class ServedPolicyInteropTest {
  private static final String PROVENANCE =
      """
      {"buildDefinition":{"buildType":"https://tekton.dev/chains/v2/slsa",
      "externalParameters":{"runSpec":{}},
      "resolvedDependencies":[
      {"name":"pipeline","uri":"git+https://github.com/acme/pipelines.git","digest":{"sha1":"4e"}},
      {"name":"inputs/result","uri":"git+https://github.com/acme/%s.git","digest":{"sha1":"89"}}]},
      "runDetails":{"builder":{"id":"https://tekton.dev/chains/v2"}}}
      """;
  @TempDir static Path folder;
  private static final FakeCa CA = FakeCa.create();
  private static Desk desk;
  private static Sites sites;
  private static Site site;
  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    sites = new Sites(folder);
    desk = sites.desk();
    desk.makeKeys(Tool.OURS, "good");
    site = sites.at(Sites.Kind.DOCKER_REGISTRY);
    var home = desk.folder();
    Files.writeString(home.resolve("good.json"), PROVENANCE.formatted("app"));
    Files.writeString(home.resolve("evil.json"), PROVENANCE.formatted("evil"));
    var policy = Files.writeString(home.resolve("policy.yaml"), policy(site.host()));
    var identity = CA.loopbackServer();
    var files =
        new TlsFiles(
            Files.writeString(home.resolve("tls.crt"), identity.chainPem()),
            Files.writeString(home.resolve("tls.key"), identity.keyPem(Identity.KeyForm.PKCS8)));
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var config =
        new ServerConfig(
                files,
                () ->
                    PolicyFile.read(
                        policy, key -> TextFile.read(((KeyReference.File) key).path(), 65_536)))
            .withListen(free, free)
            .withDeadline(Duration.ofSeconds(20));
    server = Server.start(config, RegistryOptions.DEFAULT, Loopback.REFUSED);
  }

  @AfterAll
  static void stop() {
    server.close();
    sites.close();
  }

  @ParameterizedTest
  @CsvSource({"OURS, false", "OURS, true", "COSIGN3, false", "COSIGN3, true"})
  void judgesSignaturesNamesChildrenAndProvenance(Tool signer, boolean isBundle) throws Exception {
    signer.require();
    var name = (signer + "-" + isBundle).toLowerCase(Locale.ROOT).replace(' ', '-');
    var index = TestIndex.of(TestImage.oci(name), TestImage.oci(name + "2", "arm64"));
    var child = "/" + name + ":v1@" + index.images().getFirst().digest();
    var plain = site.push(index, "plain/" + name, "v1");
    assertDenied("not signed (policy", site.host() + "/plain" + child);

    sign(signer, isBundle, plain);
    assertVerified(plain);
    assertVerified(site.host() + "/plain" + child);
    assertVerified(site.host() + "/plain/" + name + ":v1");

    var named = site.push(index, "named/" + name, "v1");
    sign(signer, isBundle, named);
    if (isBundle) {
      assertDenied("signs no name", named);
    } else {
      assertVerified(named);
      assertVerified(site.host() + "/named" + child);
    }

    var built = site.push(TestImage.oci("built" + name), "built/" + name, "v1");
    sign(signer, isBundle, built);
    // A signature in bundle form lies where attestations do.
    assertDenied("no attestation of the type that policy", built);
    attest(signer, isBundle, "evil.json", built);
    assertDenied("sourceRepo: expected github.com/acme/app, got github.com/acme/evil", built);
    attest(signer, isBundle, "good.json", built);
    assertVerified(built);
  }

  private static String policy(String host) {
    return """
    apiVersion: countersign.dev/v1
    kind: TrustPolicy
    remember: {noSignature: 0s}
    registries: [{host: "%1$s", http: true}]
    authorities: [{name: release, key: {file: good.pub}}]
    policies:
      - name: default
        transparencyLog: ignored
        rules:
          - images: ["%1$s/plain/**"]
            anyOf: [release]
          - images: ["%1$s/named/**"]
            anyOf: [release]
            signedName: required
          - images: ["%1$s/built/**"]
            anyOf: [release]
            attestations:
              - type: slsaprovenance1
                builder: https://tekton.dev/chains/v2
                sourceRepo: https://github.com/acme/app
                cel: predicate.buildDefinition.buildType.startsWith('https://tekton.dev/')
    """
        .formatted(host);
  }

  private static void sign(Tool signer, boolean isBundle, String image) {
    run(signer, isBundle, image, "sign", "--key", "good.key", "--yes");
  }

  private static void attest(Tool signer, boolean isBundle, String predicate, String image) {
    run(
        signer,
        isBundle,
        image,
        "attest",
        "--key",
        "good.key",
        "--yes",
        "--type",
        "slsaprovenance1",
        "--predicate",
        predicate);
  }

  private static void run(Tool signer, boolean isBundle, String image, String... words) {
    var all = new ArrayList<>(List.of(words));
    if (signer == Tool.COSIGN3) {
      all.addAll(List.of("--tlog-upload=false", "--use-signing-config=false"));
    }
    all.add("--new-bundle-format=" + isBundle);
    all.add(image);
    desk.run(signer, all.toArray(String[]::new)).succeeded();
  }

  private static void assertVerified(String image) throws Exception {
    var body = ask(image);
    assertTrue(body.contains("\"verified\":true"), body);
  }

  private static void assertDenied(String why, String image) throws Exception {
    var body = ask(image);
    assertTrue(body.contains("\"error\":\"") && body.contains(why), body);
  }

  private static String ask(String image) throws Exception {
    try (var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(Identity.clientContext(CA))
            .build()) {
      var request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/v1/verify"))
              .timeout(Duration.ofSeconds(60))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"request\":{\"keys\":[\"" + image + "\"]}}"))
              .build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }
}
