package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
  private static final List<String> PATHS = List.of("/validate", "/v1/verify", "/v1/mutate");

  private static TestServer server;
  private static Gatekeeper gatekeeper;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    gatekeeper = new Gatekeeper(server);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /// Nothing is unpacked, so nothing can grow.
  @Test
  void takesABodyThatIsPackedForNoJson() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(Gatekeeper.utf8(Gatekeeper.request("localhost/app:v1")));
    }
    var head =
        Gatekeeper.head("POST", "/validate", packed.size())
            .replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n");

    var answer = gatekeeper.exchange(head, packed.toByteArray());

    assertEquals(400, answer.status(), answer.body());
    assertFalse(answer.systemError().isEmpty());
  }

  @Test
  void speaksTls13() throws Exception {
    try (var connection = gatekeeper.connect()) {
      assertEquals("TLSv1.3", connection.protocol());
    }
  }

  @Test
  void refusesClientsOfTls12Only() throws Exception {
    try (var socket =
        (SSLSocket)
            server.clientTls().getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});

      assertThrows(SSLException.class, socket::startHandshake);
    }
  }

  @Test
  void answersNoPlainHttp() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(Gatekeeper.utf8(Gatekeeper.head("POST", "/validate", 0)));

      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

      assertFalse(answer.contains("HTTP"), answer);
    } catch (SocketException e) {
      // Nothing but the end of the connection: that is no answer either.
    }
  }

  @Test
  void answersManyTimesOnOneConnection() throws Exception {
    var image = server.signed("acme/often");
    var body = Gatekeeper.utf8(Gatekeeper.request(image));
    try (var connection = gatekeeper.connect()) {
      for (int i = 0; i < 20; i++) {
        var head = Gatekeeper.head("POST", "/validate", body.length);

        assertEquals(image + "_valid", connection.exchange(head, body).text(image));
      }
    }
  }

  @Test
  void answersOtherClientsWithAndWithoutCompression() throws Exception {
    var image = server.signed("acme/client");
    var body = Gatekeeper.utf8(Gatekeeper.request(image));
    var gzip = Gatekeeper.head("POST", "/validate", body.length);
    var plain = gzip.replace("Accept-Encoding: gzip\r\n", "").replace("application/json", "text/x");

    var answer = gatekeeper.exchange(plain, body);

    assertEquals(image + "_valid", answer.text(image));
    assertEquals(answer.body(), gatekeeper.exchange(gzip, body).body());
  }

  @Test
  void takesChunkedBodies() throws Exception {
    var body = Gatekeeper.request();
    var head = "POST /validate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    var chunks = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";

    var answer = gatekeeper.exchange(head, Gatekeeper.utf8(chunks));

    assertEquals(200, answer.status());
  }

  @Test
  void looksAtNeitherVersionNorKind() throws Exception {
    var answer =
        gatekeeper.post(
            "/validate",
            "{\"apiVersion\":\"x/v9\",\"kind\":7,\"more\":{},\"request\":{\"keys\":[]}}");

    assertEquals(200, answer.status());
  }

  @Test
  void answersNoKeysWithNoItems() throws Exception {
    for (var path : PATHS) {
      var answer = gatekeeper.ask(path);

      assertEquals(
          "{\"apiVersion\":\"externaldata.gatekeeper.sh/v1beta1\",\"kind\":\"ProviderResponse\","
              + "\"response\":{\"idempotent\":true,\"items\":[],\"systemError\":\"\"}}",
          answer.body());
      assertEquals(200, answer.status());
    }
  }

  @Test
  void answersEachKeyOnceAndNothingElse() throws Exception {
    var image = server.signed("acme/twice");

    for (var path : PATHS) {
      var answer = gatekeeper.ask(path, image, "", image, "", image);

      assertEquals(2, answer.items().size(), answer.body());
      assertTrue(answer.item(image).isPresent() && answer.item("").isPresent(), answer.body());
    }
  }

  @Test
  void keepsKeysByteForByte() throws Exception {
    var key = "docker.io/a\\u0026b\\u003c\\\"\\\\\\u0000:\\ud83d\\ude00";
    var body = "{\"request\":{\"keys\":[\"" + key + "\"]}}";

    var answer = gatekeeper.post("/validate", body);

    var read = "docker.io/a&b<\"\\\0:\ud83d\ude00";
    assertEquals(read + "_invalid", answer.error(read));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nonsense",
        "null",
        "[]",
        "\"keys\"",
        "{}",
        "{\"request\":null}",
        "{\"request\":[]}",
        "{\"request\":{}}",
        "{\"request\":{\"keys\":null}}",
        "{\"request\":{\"keys\":\"nginx\"}}",
        "{\"request\":{\"keys\":{}}}",
        "{\"request\":{\"keys\":[1]}}",
        "{\"request\":{\"keys\":[\"nginx\",null]}}",
        "{\"request\":{\"keys\":[[\"nginx\"]]}}",
        "{\"request\":{\"keys\":[\"\\ud800\"]}}",
        "{\"request\":{\"keys\":[]}} x",
        "{\"request\":{\"keys\":[]}",
        "{\"request\":{\"keys\":[],\"keys\":[]}}"
      })
  void refusesWhatIsNoRequest(String body) throws Exception {
    for (var path : PATHS) {
      assertRefused(400, gatekeeper.post(path, body));
    }
  }

  @Test
  void refusesDeepNesting() throws Exception {
    assertEquals(200, gatekeeper.post("/validate", nested(32)).status());
    assertRefused(400, gatekeeper.post("/validate", nested(33)));
    assertRefused(400, gatekeeper.post("/validate", "[".repeat(100_000)));
  }

  private static String nested(int depth) {
    return "{\"request\":{\"keys\":[]},\"deep\":"
        + "[".repeat(depth - 1)
        + "]".repeat(depth - 1)
        + '}';
  }

  @Test
  void refusesInvalidUtf8() throws Exception {
    var body = Gatekeeper.request("a").getBytes(StandardCharsets.ISO_8859_1);
    body[body.length - 5] = (byte) 0xff;

    var answer = gatekeeper.exchange(Gatekeeper.head("POST", "/validate", body.length), body);

    assertRefused(400, answer);
  }

  @Test
  void refusesMoreThan256DifferentKeys() throws Exception {
    assertEquals(256, gatekeeper.post("/validate", keys(256, 3)).items().size());
    assertRefused(400, gatekeeper.post("/validate", keys(257, 1)));
  }

  private static String keys(int different, int times) {
    var keys =
        IntStream.range(0, different * times)
            .mapToObj(i -> "NO REFERENCE " + i % different)
            .toArray(String[]::new);
    return Gatekeeper.request(keys);
  }

  @Test
  void refusesBodiesOverOneMebibyte() throws Exception {
    assertEquals(200, gatekeeper.post("/validate", ofLength(1 << 20)).status());
    assertRefused(413, gatekeeper.post("/validate", ofLength((1 << 20) + 1)));
    assertRefused(413, gatekeeper.post("/validate", ofLength(5 << 20)));
    assertRefused(413, chunked(ofLength((1 << 20) + 1)));
  }

  private static Gatekeeper.Answer chunked(String body) throws IOException {
    var head = "POST /validate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    var chunks = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    return gatekeeper.exchange(head, Gatekeeper.utf8(chunks));
  }

  private static String ofLength(int length) {
    var request = Gatekeeper.request();
    return request + " ".repeat(length - request.length());
  }

  @Test
  void refusesALongBodyBeforeItIsSentWhenAsked() throws Exception {
    var head = Gatekeeper.head("POST", "/validate", 2_000_000);
    var asking = head.replace("Accept-Encoding: gzip", "Expect: 100-continue");

    assertRefused(413, gatekeeper.exchange(asking, new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"})
  void refusesOtherMethods(String method) throws Exception {
    for (var path : PATHS) {
      var answer = gatekeeper.exchange(Gatekeeper.head(method, path, 0), new byte[0]);

      assertRefused(405, answer);
      assertEquals("POST", answer.headers().get("allow"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/validate/", "/healthz", "/metrics", "/v1/verify/x", "/%61"})
  void knowsNoOtherPaths(String path) throws Exception {
    assertRefused(404, gatekeeper.post(path, Gatekeeper.request()));
  }

  @Test
  void answersGarbageInJson() throws Exception {
    var long1 = "POST /validate HTTP/1.1\r\nX: " + "x".repeat(100_000) + "\r\n\r\n";

    for (var head : List.of("nonsense\r\n\r\n", "POST /../x HTTP/1.1\r\nHost: a\r\n\r\n", long1)) {
      var answer = gatekeeper.exchange(head, new byte[0]);

      assertRefused(answer.status(), answer);
      assertTrue(answer.status() >= 400 && answer.status() < 500, answer.body());
    }
  }

  @Test
  void goesOnAfterClientsThatLeave() throws Exception {
    try (var connection = gatekeeper.connect()) {
      connection.send(Gatekeeper.head("POST", "/validate", 1000), new byte[10]);
    }

    assertEquals(200, gatekeeper.ask("/validate").status());
  }

  @Test
  void endsConnectionsOfClientsThatDribble() throws Exception {
    try (var connection = gatekeeper.connect()) {
      connection.send(Gatekeeper.head("POST", "/validate", 1000), new byte[10]);

      assertRefused(408, connection.receive());
      assertTrue(connection.isEnded());
    }
  }

  @Test
  void answersManyCallersAtOnce() throws Exception {
    var image = server.signed("acme/crowd");
    var unsigned = server.unsigned("acme/crowd-unsigned");

    var callers =
        IntStream.range(0, 50)
            .mapToObj(i ->
                java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> askQuietly(image, unsigned), r -> Thread.ofVirtual().start(r)))
            .collect(Collectors.toList());

    for (var caller : callers) {
      var answer = caller.get();
      assertEquals(image + "_valid", answer.text(image), answer.body());
      assertEquals(unsigned + "_invalid", answer.error(unsigned), answer.body());
    }
  }

  private static Gatekeeper.Answer askQuietly(String... keys) {
    try {
      return gatekeeper.ask("/validate", keys);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertRefused(int status, Gatekeeper.Answer answer) throws Exception {
    assertEquals(status, answer.status(), answer.body());
    assertEquals("application/json", answer.headers().get("content-type"));
    assertEquals(List.of(), answer.items());
    assertFalse(answer.systemError().isBlank());
    assertEquals("ProviderResponse", answer.json().getString("kind"));
    assertFalse(answer.body().contains("Exception"), answer.body());
    assertNull(answer.headers().get("server"));
  }
}
