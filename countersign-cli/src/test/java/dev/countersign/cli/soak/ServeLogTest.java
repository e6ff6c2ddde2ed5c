package dev.countersign.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.soak.ServeProcess.Launch;
import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.SoftwareKey;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log of a real process, to its last line.
class ServeLogTest {
  private static final String KEY = "No \"Reference\"\n";

  @TempDir private Path folder;
  private final FakeCa servers = FakeCa.create();

  @BeforeEach
  void mount() throws Exception {
    var server = servers.loopbackServer();
    Files.writeString(folder.resolve("tls.crt"), server.chainPem());
    Files.writeString(folder.resolve("tls.key"), server.keyPem(KeyForm.PKCS8));
    Files.writeString(
        folder.resolve("cosign.pub"), SoftwareKey.generate(new SecureRandom()).publicKey().toPem());
  }

  /// The lines from the start to the end, one question about [#KEY] in between.
  private List<String> lines(String format) throws Exception {
    try (var serve =
        ServeProcess.start(
            Launch.in(folder),
            "--tls-cert=tls.crt",
            "--tls-key=tls.key",
            "--drain=1s",
            "--log-format=" + format)) {
      try (var client = WebhookClient.connect(Identity.clientContext(servers), serve.port())) {
        client.ask("/v1/verify", List.of(KEY));
      }
      serve.terminate();
      assertEquals(0, serve.awaitEnd());
      return Files.readAllLines(serve.log());
    }
  }

  @Test
  void isOneJsonObjectALine() throws Exception {
    var all = new ArrayList<JsonObject>();
    for (var line : lines("json")) {
      all.add(JsonValue.parseObject(Bytes.copyOf(line.getBytes(StandardCharsets.UTF_8))));
    }

    var decision = all.get(1);
    assertEquals("countersign.decision", decision.getString("logger"));
    assertEquals("INFO", decision.getString("level"));
    assertEquals("denied", decision.getString("decision"));
    assertEquals("No \"Reference\"\\u000a", decision.getString("key"));
    assertTrue(decision.getString("id").matches("d-[a-z2-7]{8}"));
    assertTrue(decision.getLong("ms") >= 0);
    assertTrue(all.getFirst().getString("message").startsWith("ready on port "));
    assertEquals("answering for 1 more seconds, then stopping", all.getLast().getString("message"));
  }

  @Test
  void isTextUnlessAskedOtherwise() throws Exception {
    var all = lines("text");

    assertTrue(
        all.get(1)
            .matches(
                "[-0-9]{10}T[0-9:.]{12}Z INFO countersign\\.decision path=/v1/verify"
                    + " key=\"No \\\\\"Reference\\\\\"\\\\u000a\" decision=denied .*"),
        all.get(1));
    assertTrue(all.getLast().endsWith("answering for 1 more seconds, then stopping"));
  }
}
