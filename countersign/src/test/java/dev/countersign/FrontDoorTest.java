package dev.countersign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrontDoorTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());

  private final InProcessRegistry server;
  private final TestImage app = TestImage.oci("app");
  private final String repository;

  FrontDoorTest() throws IOException {
    server = InProcessRegistry.start();
    app.pushTo(server, "acme/app", "v1");
    repository = server.hostAndPort() + "/acme/app";
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void signsAnImageAndThenVerifiesIt() throws IOException, FormatException {
    assertEquals(
        "refuse: no signatures found for " + repository + "@" + app.digest(), verify("v1", KEY));

    var signed = FrontDoorExample.sign(Map.of(), repository + ":v1", KEY);

    assertEquals("deploy " + repository + "@" + app.digest(), signed);
    assertEquals("run " + repository + "@" + app.digest(), verify("v1", KEY));
    assertTrue(verify("v1", OTHER_KEY).startsWith("refuse: no matching signatures"));
  }

  @Test
  void refusesAnImageThatIsNotThere() throws FormatException {
    assertEquals("refuse: image not found: " + repository + ":v2", verify("v2", KEY));
    assertThrows(IOException.class, () -> FrontDoorExample.sign(Map.of(), repository + ":v2", KEY));
  }

  @Test
  void neverAllowsWhenTheRegistryIsDown() throws IOException, FormatException {
    FrontDoorExample.sign(Map.of(), repository + ":v1", KEY);

    for (var fault :
        List.of(new Fault.Status(503), new Fault.Status(401), new Fault.CorruptBody())) {
      server.failAll(request -> true, fault);
      assertTrue(verify("v1", KEY).startsWith("try again: "), fault.toString());
      server.heal();
    }
  }

  /// CVE-2022-47633: one thing was verified and another was run.
  @Test
  void reportsTheDigestThatItVerifiedThoughTheTagMoves_CVE_2022_47633()
      throws IOException, FormatException {
    var other = TestImage.oci("other");
    other.pushTo(server, "acme/app", "v2");
    FrontDoorExample.sign(Map.of(), repository + ":v1", KEY);
    server.failAll(
        request -> request.path().endsWith("/manifests/v1"),
        new Fault.AlternateDigests(List.of(app.digest(), other.digest())));

    assertEquals("run " + repository + "@" + app.digest(), verify("v1", KEY));
    assertEquals(
        "refuse: no signatures found for " + repository + "@" + other.digest(), verify("v1", KEY));
  }

  private String verify(String tag, SoftwareKey key) throws FormatException {
    return FrontDoorExample.whatToRun(Map.of(), repository + ":" + tag, key.publicKey().toPem());
  }
}
