package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The template and `regotest`'s client against a provider that answers over TLS 1.3 and wants to
/// see Gatekeeper's certificate.
class ProviderCallTest {
  private static final String IMAGE = "ghcr.io/acme/app@sha256:" + "1".repeat(64);

  private final FakeCa ca = FakeCa.create();
  private final Identity gatekeeper =
      ca.webhook("gatekeeper-webhook-service.gatekeeper-system.svc");
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir private Path folder;
  private HttpsServer provider;
  private boolean hangs;

  @BeforeEach
  void start() throws IOException {
    provider = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var context = ca.loopbackServer().context(ca);
    provider.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            var tls = context.getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
            tls.setProtocols(new String[] {"TLSv1.3"});
            parameters.setSSLParameters(tls);
          }
        });
    provider.createContext("/v1/verify", this::answer);
    provider.setExecutor(threads);
    provider.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    provider.stop(0);
    threads.shutdownNow();
  }

  @Test
  void aPositiveAnswerAdmits() throws IOException {
    var verdict = judge("-ca", ca(ca), "-cert", chain(), "-key", key());

    assertEquals(List.of(), verdict.messages());
  }

  @Test
  void withoutACertificateNothingIsAdmitted() throws IOException {
    var verdict = judge("-ca", ca(ca));

    assertRefused(verdict, "failed to send external data request");
  }

  @Test
  void aProviderOfAnotherAuthorityIsNotBelieved() throws IOException {
    var verdict = judge("-ca", ca(FakeCa.create()), "-cert", chain(), "-key", key());

    assertRefused(verdict, "certificate signed by unknown authority");
  }

  @Test
  void aProviderThatHangsRefuses() throws IOException {
    hangs = true;

    var verdict = judge("-ca", ca(ca), "-cert", chain(), "-key", key());

    assertRefused(verdict, "exceeded");
  }

  private static void assertRefused(Opa.Verdict verdict, String why) {
    assertEquals(1, verdict.messages().size());
    var message = verdict.messages().getFirst();
    assertTrue(message.contains("not decided: ") && message.contains(why), message);
  }

  private Opa.Verdict judge(String... flags) throws IOException {
    var all = new ArrayList<>(List.of(flags));
    all.add("-url");
    all.add("https://127.0.0.1:" + provider.getAddress().getPort() + "/v1/verify");
    try (var opa = Opa.start(all.toArray(String[]::new))) {
      assertEquals(Optional.empty(), opa.compile(Template.rego(), "v1"));
      return opa.judge(pod());
    }
  }

  private static JsonObject pod() {
    var container = JsonObject.empty().with("name", "app").with("image", IMAGE);
    var spec = JsonObject.empty().with("containers", array(container));
    var kind = JsonObject.empty().with("group", "").with("version", "v1").with("kind", "Pod");
    var review =
        JsonObject.empty()
            .with("kind", kind)
            .with("operation", "CREATE")
            .with("namespace", "team-a")
            .with("object", JsonObject.empty().with("spec", spec));
    return JsonObject.empty().with("review", review).with("parameters", JsonObject.empty());
  }

  private void answer(HttpExchange exchange) throws IOException {
    var request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (hangs) {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    var key = "policy=default|ns=team-a|" + IMAGE;
    assertTrue(request.contains("\"keys\":[\"" + key + "\"]"), request);
    var value =
        JsonObject.empty()
            .with("verified", new JsonBoolean(true))
            .with("digest", IMAGE.substring(IMAGE.indexOf('@') + 1));
    var item = JsonObject.empty().with("key", key).with("value", value);
    var response = JsonObject.empty().with("items", array(item)).with("systemError", "");
    var body = JsonObject.empty().with("response", response).toBytes().toArray();
    exchange.sendResponseHeaders(200, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static JsonValue array(JsonObject item) {
    return new JsonArray(List.of(item));
  }

  private String ca(FakeCa of) throws IOException {
    return Files.writeString(folder.resolve("ca.pem"), of.certificatePem()).toString();
  }

  private String chain() throws IOException {
    return Files.writeString(folder.resolve("tls.crt"), gatekeeper.chainPem()).toString();
  }

  private String key() throws IOException {
    return Files.writeString(folder.resolve("tls.key"), gatekeeper.keyPem(Identity.KeyForm.PKCS8))
        .toString();
  }
}
