package dev.countersign.testkit;

import static dev.countersign.testkit.Samples.BLOB;
import static dev.countersign.testkit.Samples.BLOB_DIGEST;
import static dev.countersign.testkit.Samples.IMAGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultTest extends RegistryTest {
  private static final String PATH = "/v2/a/b/blobs/" + BLOB_DIGEST;
  private static final String V1 = "/v2/a/b/manifests/v1";
  private static final TestImage OTHER = TestImage.oci("other");

  @BeforeEach
  void startWithContent() throws IOException {
    start();
    registry.putBlob("a/b", BLOB);
    IMAGE.pushTo(registry, "a/b", "v1");
  }

  @Test
  void failsOnceAndThenNoMore() throws Exception {
    registry.failNext(Request::isBlob, new Fault.Status(503));

    assertEquals(200, client.get(V1).status());
    assertEquals(503, client.get(PATH).status());
    assertEquals(200, client.get(PATH).status());
  }

  @Test
  void failsAsOftenAsSaidInTheOrderSaid() throws Exception {
    registry.failNext(2, Request::isBlob, new Fault.Status(500));
    registry.failNext(Request::isBlob, Fault.Status.tooManyRequests(7));

    assertEquals(500, client.get(PATH).status());
    assertEquals(500, client.get(PATH).status());
    var limited = client.get(PATH);
    assertEquals(429, limited.status());
    assertEquals("7", limited.header("Retry-After"));
    assertTrue(limited.text().contains("\"TOOMANYREQUESTS\""), limited.text());
    assertEquals(200, client.get(PATH).status());
  }

  @Test
  void failsUntilItIsHealed() throws Exception {
    registry.failAll(request -> true, Fault.Status.of(403, "DENIED"));

    assertEquals(403, client.get(PATH).status());
    assertEquals(403, client.get(V1).status());
    registry.heal();
    assertEquals(200, client.get(PATH).status());
  }

  @Test
  void dropsTheConnection() {
    registry.failAll(Request::isBlob, new Fault.DropConnection());

    assertThrows(IOException.class, () -> client.get(PATH));
    assertEquals(0, registry.requests().getLast().status());
  }

  @Test
  void losesTheReplyOfADonePush() {
    registry.failAll(Request::isManifest, new Fault.LoseReply());

    var path = "/v2/a/b/manifests/v2";
    assertThrows(
        IOException.class,
        () -> client.put(path, IMAGE.manifest(), "Content-Type", IMAGE.mediaType()));

    assertEquals(IMAGE.digest(), registry.digest("a/b", "v2").orElseThrow());
  }

  @Test
  void stallsUntilItIsReleased() throws Exception {
    var stall = new Fault.Stall();
    registry.failNext(Request::isBlob, stall);

    var answer = getLater();
    stall.awaitArrival();
    assertFalse(answer.isDone());
    stall.release();

    assertEquals(200, answer.get());
  }

  @Test
  void stallsUntilTheRegistryIsClosed() throws Exception {
    var stall = new Fault.Stall();
    registry.failAll(Request::isBlob, stall);

    var answer = getLater();
    stall.awaitArrival();
    registry.close();

    assertThrows(ExecutionException.class, answer::get);
  }

  private CompletableFuture<Integer> getLater() {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return client.get(PATH).status();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  @Test
  void dribblesAndIsCompleteInTheEnd() throws Exception {
    registry.failNext(Request::isBlob, new Fault.Dribble(Duration.ofMillis(1)));

    assertArrayEquals(BLOB, client.get(PATH).bytes());
  }

  @Test
  void truncatesTheBody() {
    registry.failAll(Request::isBlob, new Fault.Truncate(4));

    assertThrows(IOException.class, () -> client.get(PATH));
  }

  @Test
  void sendsOtherBytesOfTheSameLength() throws Exception {
    registry.failNext(Request::isBlob, new Fault.CorruptBody());

    var answer = client.get(PATH);

    assertEquals(BLOB.length, answer.bytes().length);
    assertFalse(Arrays.equals(BLOB, answer.bytes()));
    assertArrayEquals(BLOB, client.get(PATH).bytes());
  }

  @Test
  void announcesAnotherLength() throws Exception {
    registry.failAll(Request::isBlob, new Fault.LieAboutLength(5));
    assertThrows(IOException.class, () -> client.get(PATH));
    assertEquals("15", client.head(PATH).header("Content-Length"));

    registry.heal();
    registry.failAll(Request::isBlob, new Fault.LieAboutLength(-3));
    assertEquals("0123456", client.get(PATH).text());
    assertEquals("7", client.head(PATH).header("Content-Length"));
  }

  @Test
  void sendsWrongAndMissingHeaders() throws Exception {
    registry.failNext(Request::isTag, Fault.wrongContentType("text/html"));
    registry.failNext(Request::isTag, new Fault.WrongHeader("docker-content-digest", "sha256:1"));
    registry.failNext(Request::isTag, new Fault.MissingHeader("Docker-Content-Digest"));

    assertEquals("text/html", client.get(V1).header("Content-Type"));
    assertEquals("sha256:1", client.get(V1).header("Docker-Content-Digest"));
    assertEquals("", client.get(V1).header("Docker-Content-Digest"));
  }

  @Test
  void redirectsElsewhere() throws Exception {
    registry.failNext(
        Request::isBlob, new Fault.RedirectTo(URI.create("http://localhost:1/elsewhere")));

    var answer = client.get(PATH);

    assertEquals(307, answer.status());
    assertEquals("http://localhost:1/elsewhere", answer.header("Location"));
  }

  @Test
  void sendsABodyWithoutEnd() throws Exception {
    registry.failNext(Request::isBlob, new Fault.EndlessBody());
    var request = HttpRequest.newBuilder(registry.uri().resolve(PATH)).build();

    try (var http = HttpClient.newHttpClient();
        var body = http.send(request, BodyHandlers.ofInputStream()).body()) {
      assertEquals(8 << 20, body.readNBytes(8 << 20).length);
    }
  }

  @Test
  void answersEachReadOfATagWithAnotherManifest() throws Exception {
    OTHER.pushTo(registry, "a/b");
    registry.failAll(
        r -> r.isTag() && r.isRead(),
        new Fault.AlternateDigests(List.of(OTHER.digest(), IMAGE.digest())));

    assertEquals(OTHER.digest(), client.head(V1).header("Docker-Content-Digest"));
    assertArrayEquals(IMAGE.manifest(), client.get(V1).bytes());
    assertArrayEquals(OTHER.manifest(), client.get(V1).bytes());
    assertEquals(V1, registry.requests().getLast().path());
  }
}
