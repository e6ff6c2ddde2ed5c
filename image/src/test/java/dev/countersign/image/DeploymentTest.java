package dev.countersign.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The image as a Deployment starts it: another user, all read-only, Secrets mounted as folders.
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeploymentTest {
  private static final Pattern READY =
      Pattern.compile("ready on port (\\d+), admin on port (\\d+)");
  private static final String TLS = "/etc/countersign/tls";
  private static final String KEYS = "/etc/countersign/keys";

  @Test
  void signsAndThenAdmitsWhatItSignedAndNothingElse(@TempDir Path folder) throws Exception {
    var image = BuiltImage.unpack(folder);
    for (var place : List.of("/work", TLS, KEYS)) {
      image.mountPoint(place);
    }
    var work = Files.createDirectory(folder.resolve("work"));
    var ca = FakeCa.create();
    var identity = ca.loopbackServer();
    var tls = folder.resolve("tls");
    secret(tls, "tls.crt", identity.chainPem());
    secret(tls, "tls.key", identity.keyPem(Identity.KeyForm.PKCS8));
    try (var registry = InProcessRegistry.start();
        var client = HttpClient.newBuilder().sslContext(Identity.clientContext(ca)).build()) {
      TestImage.oci("signed").pushTo(registry, "acme/app", "v1");
      TestImage.oci("unsigned").pushTo(registry, "acme/other", "v1");
      var signed = registry.hostAndPort() + "/acme/app:v1";
      var unsigned = registry.hostAndPort() + "/acme/other:v1";
      sign(image, work, signed);
      secret(folder.resolve("keys"), "cosign.pub", Files.readString(work.resolve("cosign.pub")));

      var server = serve(image, tls, folder.resolve("keys"));
      try {
        var ports = ready(server);
        var health = client.send(get(ports.group(2), "/healthz"), text());
        var answer = client.send(verify(ports.group(1), signed, unsigned), text());
        stop(server);

        assertEquals(200, health.statusCode(), health.body());
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(item(answer.body(), signed).contains("\"verified\":true"), answer.body());
        assertTrue(item(answer.body(), unsigned).contains("\"error\":\"not signed"), answer.body());
      } finally {
        server.descendants().forEach(ProcessHandle::destroyForcibly);
        server.destroyForcibly();
      }
    }
  }

  private static void sign(BuiltImage image, Path work, String reference) throws Exception {
    var mounts =
        List.of(
            "--bind",
            work.toString(),
            "/work",
            "--chdir",
            "/work",
            "--setenv",
            "COSIGN_PASSWORD",
            "");
    image.run(mounts, List.of(), "generate-key-pair");
    image.run(mounts, List.of(), "sign", "--key", "cosign.key", reference);
  }

  private static Process serve(BuiltImage image, Path tls, Path keys) throws IOException {
    var mounts = List.of("--ro-bind", tls.toString(), TLS, "--ro-bind", keys.toString(), KEYS);
    return image
        .command(
            mounts,
            List.of("-Xshare:on"),
            "serve",
            "--listen=127.0.0.1:0",
            "--admin-listen=127.0.0.1:0",
            "--tls-cert=" + TLS + "/tls.crt",
            "--tls-key=" + TLS + "/tls.key",
            "--key=" + KEYS + "/cosign.pub",
            "--deadline=10s",
            "--allow-http-registry")
        .start();
  }

  /// The ports, when the server says that it is ready.
  private static MatchResult ready(Process server) throws IOException {
    var lines = server.errorReader();
    var said = new StringBuilder();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      var ready = READY.matcher(line);
      if (ready.find()) {
        return ready.toMatchResult();
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("expected the server to get ready, got: " + said);
  }

  /// As the kubelet does: the program is told, and has time to end by itself.
  private static void stop(Process server) throws InterruptedException {
    var program =
        server
            .descendants()
            .filter(each -> each.info().command().orElse("").endsWith("/opt/java/bin/java"))
            .findFirst()
            .orElseThrow();
    program.destroy();
    assertTrue(server.waitFor(30, TimeUnit.SECONDS));
    assertTrue(List.of(0, 143).contains(server.exitValue()), () -> "ended: " + server.exitValue());
  }

  private static HttpRequest get(String port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  private static HttpRequest verify(String port, String... keys) {
    var body =
        "{\"apiVersion\":\"externaldata.gatekeeper.sh/v1beta1\",\"kind\":\"ProviderRequest\","
            + "\"request\":{\"keys\":[\""
            + String.join("\",\"", keys)
            + "\"]}}";
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v1/verify"))
        .timeout(Duration.ofSeconds(30))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  /// The text from a key to the next.
  private static String item(String body, String key) {
    int start = body.indexOf("\"key\":\"" + key + '"');
    assertTrue(start >= 0, body);
    int end = body.indexOf("\"key\":\"127", start + 1);
    return body.substring(start, end < 0 ? body.length() : end);
  }

  /// A file as the kubelet shows it: a link into a folder that is exchanged as a whole.
  private static void secret(Path folder, String name, String text) throws IOException {
    var data = Files.createDirectories(folder.resolve("..2026_01_01_00_00_00.1"));
    Files.writeString(data.resolve(name), text);
    var link = folder.resolve("..data");
    if (!Files.isSymbolicLink(link)) {
      Files.createSymbolicLink(link, data.getFileName());
    }
    Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
  }
}
