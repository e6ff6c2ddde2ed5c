package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Why a decision was as it was, told to those who may know.
class DecisionsTest {
  private static final String TOKEN = "a-token-of-some-length";

  @TempDir private Path folder;

  @Test
  void tellsWhyByTheIdInTheDenial() throws Exception {
    try (var server = TestServer.start()) {
      var image = server.signed("acme/other", TestServer.OTHER_KEY);
      var error = new Gatekeeper(server).ask("/v1/verify", image).error(image);
      var id = error.substring(error.lastIndexOf('[') + 1, error.length() - 1);

      var decision = json(get(server, "127.0.0.1", "/v1/decisions/" + id, ""));

      assertEquals(id, decision.getString("id"));
      assertEquals(image, decision.getString("key"));
      assertEquals("denied", decision.getString("decision"));
      assertEquals("no-matching-signature", decision.getString("code"));
      var signature = decision.getArray("signatures").getFirst().asObject("a signature");
      assertEquals("wrong-key", signature.getString("counts"));
      assertEquals("tag", signature.getString("form"));
      // Its key is that of another policy, so it is known who signed.
      assertEquals(
          TestServer.OTHER_KEY.publicKey().fingerprint(),
          signature.getObject("signer").getString("key"));
      assertEquals(
          TestServer.KEY.publicKey().fingerprint(),
          decision.getArray("wanted").getFirst().asObject("one").getString("key"));
      assertEquals("default", decision.getString("policy"));
      assertEquals("every image", decision.getString("rule"));
      assertEquals("fresh", decision.getString("source"));
      assertEquals(server.digest("acme/other"), decision.getString("digest"));
      var call = decision.getArray("calls").getFirst().asObject("a call");
      assertEquals("manifest " + image, call.getString("what"));
      assertEquals("found", call.getString("result"));
      assertTrue(call.getLong("milliseconds") >= 0);
      assertEquals(404, get(server, "127.0.0.1", "/v1/decisions/nothing", "").status());
    }
  }

  /// What the pipeline signed beside the image: who built it, and when.
  @Test
  void tellsTheSignedAnnotationsAndThatNobodyWasAskedAgain() throws Exception {
    try (var server = TestServer.start()) {
      var image =
          server.signed("acme/app", TestServer.KEY, Map.of("BUILD_USER", "ci\u202e\n[d-00000000]"));
      var pinned = image + '@' + server.digest("acme/app");
      var gatekeeper = new Gatekeeper(server);
      gatekeeper.ask("/v1/verify", image);
      gatekeeper.ask("/v1/verify", pinned);

      var decisions = json(get(server, "127.0.0.1", "/v1/decisions", "")).getArray("decisions");

      var again = decisions.getFirst().asObject("one");
      assertEquals("remembered", again.getString("source"));
      assertEquals(0, again.getArray("calls").size());
      var signature = again.getArray("signatures").getFirst().asObject("a signature");
      assertEquals("yes", signature.getString("counts"));
      assertEquals(
          "ci\\u202e\\u000a[d-00000000]",
          signature.getObject("annotations").getString("BUILD_USER"));
    }
  }

  @Test
  void listsTheNewestFirst() throws Exception {
    try (var server = TestServer.start()) {
      var signed = server.signed("acme/app");
      var gatekeeper = new Gatekeeper(server);
      assertEquals(200, gatekeeper.ask("/v1/verify", signed).status());
      assertEquals(200, gatekeeper.ask("/v1/verify", "no image").status());

      var decisions = json(get(server, "127.0.0.1", "/v1/decisions", "")).getArray("decisions");

      assertEquals("no image", decisions.get(0).asObject("one").getString("key"));
      assertEquals("allowed", decisions.get(1).asObject("one").getString("decision"));
      assertEquals(2, decisions.size());
    }
  }

  /// Names of images and of signers are not for everybody in the cluster.
  @Test
  void answersOthersWithTheTokenOnly() throws Exception {
    var address = ownAddress();
    Assumptions.assumeTrue(address.isPresent(), "this machine has no address but loopback");
    var file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    try (var server = TestServer.startEverywhere(Optional.of(file));
        var without = TestServer.startEverywhere(Optional.empty())) {
      var host = address.get();

      assertEquals(401, get(server, host, "/v1/decisions", "").status());
      assertEquals(401, get(server, host, "/v1/decisions", "Bearer another-token-here").status());
      assertEquals(401, get(server, host, "/v1/decisions", TOKEN).status());
      assertEquals(200, get(server, host, "/v1/decisions", "Bearer " + TOKEN).status());
      assertEquals(401, get(without, host, "/v1/decisions", "Bearer ").status());
      assertEquals(401, get(without, host, "/v1/decisions/x", "Bearer null").status());
      assertEquals(200, get(without, host, "/readyz", "").status());
    }
  }

  @Test
  void refusesATokenThatIsEasilyGuessed() throws IOException {
    var file = Files.writeString(folder.resolve("token"), "short\n");

    var problem = assertThrows(FormatException.class, () -> AdminToken.read(file)).problem();

    assertTrue(problem.contains("at least 16 characters"), problem);
    assertFalse(problem.contains("short"), problem);
    assertEquals("Bearer[redacted]", new AdminToken.Bearer(TOKEN).toString());
  }

  private record Answer(int status, String body) {}

  private static Answer get(TestServer server, String host, String path, String authorization)
      throws IOException {
    var uri = URI.create("http://" + host + ":" + server.adminPort() + path);
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    if (!authorization.isEmpty()) {
      connection.setRequestProperty("Authorization", authorization);
    }
    int status = connection.getResponseCode();
    try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Answer(status, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static JsonObject json(Answer answer) throws FormatException {
    return JsonValue.parseObject(Bytes.utf8(answer.body()));
  }

  private static Optional<String> ownAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof java.net.Inet4Address)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .map(InetAddress::getHostAddress)
        .findFirst();
  }
}
