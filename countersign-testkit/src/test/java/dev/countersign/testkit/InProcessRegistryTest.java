package dev.countersign.testkit;

import static dev.countersign.testkit.Samples.BLOB;
import static dev.countersign.testkit.Samples.BLOB_DIGEST;
import static dev.countersign.testkit.Samples.IMAGE;
import static dev.countersign.testkit.Samples.OCI;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InProcessRegistryTest extends RegistryTest {
  @Test
  void saysThatItIsARegistry() throws Exception {
    start();

    assertEquals(200, client.get("/v2/").status());
    assertEquals("http://" + registry.hostAndPort() + '/', registry.uri().toString());
  }

  @Test
  void knowsNothingElse() throws Exception {
    start();

    assertEquals(404, client.get("/").status());
    assertEquals(404, client.get("/v2/a/b").status());
    assertEquals(405, client.post("/v2/a/b/manifests/v1", BLOB).status());
  }

  @Test
  void keepsWhatATestPutsIntoIt() throws Exception {
    start();

    var blob = registry.putBlob("a/b", BLOB);
    var manifest = registry.putManifest("a/b", "v1", OCI, IMAGE.manifest());

    assertEquals(BLOB_DIGEST, blob);
    assertArrayEquals(BLOB, registry.blob("a/b", blob).orElseThrow());
    assertEquals(IMAGE.digest(), manifest);
    assertArrayEquals(IMAGE.manifest(), registry.manifest("a/b", "v1").orElseThrow());
    assertEquals(List.of("v1"), registry.tags("a/b"));
    assertTrue(registry.deleteTag("a/b", "v1"));
    assertTrue(registry.manifest("a/b", "v1").isEmpty());
    assertTrue(registry.deleteManifest("a/b", IMAGE.digest()));
    assertTrue(registry.manifest("a/b", IMAGE.digest()).isEmpty());
  }

  @Test
  void remembersItsRequests() throws Exception {
    start();
    IMAGE.pushTo(registry, "a/b", "v1");

    client.get("/v2/a/b/manifests/v1?x=y", "Accept", OCI);
    client.head("/v2/a/b/manifests/v2");

    var requests = registry.requests();
    assertEquals(2, requests.size());
    assertEquals("GET", requests.getFirst().method());
    assertEquals("/v2/a/b/manifests/v1", requests.getFirst().path());
    assertEquals("x=y", requests.getFirst().query());
    assertEquals(OCI, requests.getFirst().header("Accept").orElseThrow());
    assertEquals(registry.hostAndPort(), requests.getFirst().request().host());
    assertEquals(404, requests.getLast().status());
    registry.forgetRequests();
    assertEquals(List.of(), registry.requests());
  }

  @Test
  void listensOnBothLoopbacksWhereThatIsSaid() throws Exception {
    start(InProcessOptions.DEFAULT.withQuirks(Quirk.ALSO_IPV6));

    assertEquals(200, client.get("http://[::1]:" + registry.port() + "/v2/").status());
    assertEquals(200, client.get("/v2/").status());
  }

  @Test
  void listensNoMoreWhenItIsClosed() throws Exception {
    start();
    assertEquals(200, client.get("/v2/").status());

    registry.close();

    assertThrows(IOException.class, () -> client.get("/v2/"));
  }

  @Test
  void answersTwoRegistriesApart() throws Exception {
    start();
    IMAGE.pushTo(registry, "a/b", "v1");

    try (var other = InProcessRegistry.start();
        var otherClient = new Client(other)) {
      assertEquals(404, otherClient.get("/v2/a/b/manifests/v1").status());
    }
    assertEquals(200, client.get("/v2/a/b/manifests/v1").status());
  }

  @Test
  void survivesRequestsOfAnyBytes() throws Exception {
    start();
    var random = new Random(7);

    for (var i = 0; i < 300; i++) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), registry.port())) {
        socket.getOutputStream().write(mutated(random).getBytes(ISO_8859_1));
        socket.shutdownOutput();
        var _ = socket.getInputStream().readNBytes(4096);
      } catch (IOException e) {
        // a connection that is reset is an answer, too
      }
    }

    assertEquals(200, client.get("/v2/").status());
    for (var request : registry.requests()) {
      assertTrue(request.status() < 500, "seed 7: " + request);
    }
  }

  private static String mutated(Random random) {
    var targets =
        List.of(
            "PUT /v2/a/b/manifests/v1?digest=sha256:0",
            "POST /v2/a/b/blobs/uploads/?mount=x&from=y",
            "GET /v2/a/b/tags/list?n=1&last=%41",
            "GET /v2/a/b/referrers/" + IMAGE.digest() + "?artifactType=a",
            "PATCH /v2/a/b/blobs/uploads/1?_state=2");
    var text =
        targets.get(random.nextInt(targets.size()))
            + " HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Range: 0-1\r\n"
            + "Range: bytes=0-1\r\n"
            + "Content-Type: a/b\r\n"
            + "Content-Length: 14\r\n"
            + "Connection: close\r\n\r\n"
            + "{\"subject\":{}}";
    var mutated = new StringBuilder(text);
    for (var i = random.nextInt(4); i >= 0; i--) {
      mutated.setCharAt(random.nextInt(mutated.length()), (char) random.nextInt(256));
    }
    return mutated.toString();
  }
}
